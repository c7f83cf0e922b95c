package io.needletail.registry.view;

/** Why a file is not a region that can be opened, and what to do about it. */
public enum RegionFault {
    NONE("", ""),
    TOO_SHORT("the file is shorter than a region's header: it was never formatted, or was cut", Remedy.REMAKE),
    FOREIGN("the file does not begin with a region's magic", "it is not a Needletail region: name another folder"),
    OLDER_FORMAT(
            "the region has an older format than " + RegionLayout.FORMAT + ", which this version writes",
            Remedy.REMAKE),
    NEWER_FORMAT(
            "the region has a newer format than " + RegionLayout.FORMAT + ", which this version reads",
            "open it with the version of Needletail that wrote it; or " + Remedy.REMAKE),
    HEADER_DAMAGED("the header's checksum does not match", Remedy.REMAKE),
    LENGTH("the file's length is not the one in its header: it was cut", Remedy.REMAKE),
    CAPACITIES("the header's capacities are out of range", Remedy.REMAKE),
    OFFSETS("the header's offsets do not follow from its capacities", Remedy.REMAKE),
    RING_DAMAGED("the mutation ring does not continue at the applied position", Remedy.REMAKE),
    SLOT_DAMAGED("a slot's checksum does not match", Remedy.REMAKE),
    KEY_DAMAGED("a slot's key does not match its CRC", Remedy.REMAKE),
    BLOCK_DAMAGED("a slab block is named twice, or does not match its CRC", Remedy.REMAKE),
    RETRY_TABLE_DAMAGED("an entry of the retry table has no whole copy", Remedy.REMAKE),
    REDO_DAMAGED(
            "neither copy of the line that says where recovery begins is whole: the region was changed outside persistent memory, or is"
                    + " damaged",
            Remedy.REMAKE),
    STATE("the region's state is none that can be taken over: it was retired or damaged", Remedy.REMAKE);

    private final String what;
    private final String remedy;

    RegionFault(String what, String remedy) {
        this.what = what;
        this.remedy = remedy;
    }

    public String what() {
        return what;
    }

    public String remedy() {
        return remedy;
    }

    private static final class Remedy {
        static final String REMAKE =
                "start --remake makes it again from the journal and its snapshots, start --fresh discards all of them";

        private Remedy() {}
    }
}
