package io.needletail.engine;

import io.needletail.registry.view.RegionFault;

/**
 * What attaching to a region found.
 *
 * @param fault {@link RegionFault#NONE} when the shard can serve
 * @param faultSlot the slot at which a fault was found, -1 otherwise
 * @param epoch the epoch that begins
 * @param firstVersion the sequence its mutations start at
 * @param replayedRecords records applied again from the ring
 * @param liveEntries slots in use
 */
public record AttachReport(
        RegionFault fault, long faultSlot, long epoch, long firstVersion, long replayedRecords, long liveEntries) {
    public boolean isWhole() {
        return fault == RegionFault.NONE;
    }

    /** For people: what is wrong and what to do. */
    public String explain() {
        String where = faultSlot < 0 ? "" : " (slot " + faultSlot + ")";
        return fault.what() + where + "; " + fault.remedy();
    }
}
