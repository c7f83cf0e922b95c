package io.needletail.client;

import io.needletail.memory.MappedFile;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.BatchReader;
import io.needletail.registry.view.ChangeReader;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.EntryReader;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.SlotReader;
import io.needletail.registry.view.Status;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads entries by handle from another process's region, mapped read-only: no message, no lock, and the writer does not
 * notice. For one thread. Handles come from a session; a value is as new as the moment of the call, and may be taken back by
 * a later failure (level MEMORY).
 */
public final class ColocatedReader implements EntryReader, AutoCloseable {
    private final MappedFile file;
    private final SlotReader slots;
    private final BatchReader batches;
    private final Entry keyed = new Entry(0);
    private ChangeReader changes;

    private ColocatedReader(MappedFile file, boolean takesMirror) {
        this.file = file;
        this.slots = new SlotReader(file.segment(), SystemClock.INSTANCE, takesMirror);
        this.batches = new BatchReader(slots, SystemClock.INSTANCE);
    }

    /** Maps the region that a session's limits name. A file that is not a whole region is refused with what is wrong. */
    public static ColocatedReader open(Path region) throws IOException {
        return open(region, false);
    }

    static ColocatedReader open(Path region, boolean takesMirror) throws IOException {
        MappedFile file = MappedFile.openReadOnly(region);
        RegionFault fault = RegionHeader.validate(file.segment());
        if (fault != RegionFault.NONE) {
            file.close();
            throw new IOException(region + ": " + fault.what() + "; " + fault.remedy());
        }
        return new ColocatedReader(file, takesMirror);
    }

    @Override
    public int get(long handle, Entry into) {
        return slots.get(handle, into);
    }

    @Override
    public int get(long handle, int level, Entry into) {
        return slots.get(handle, level, into);
    }

    /** Reads several entries so that a group of changes is seen whole or not at all. */
    public int get(Batch batch) {
        return batches.get(batch);
    }

    /**
     * The key of an entry.
     *
     * @return OK, STALE_HANDLE when the entry is gone or has no key, or why the region cannot be read
     */
    public int key(long handle, Key into) {
        int status = slots.readKeyed(Handle.slot(handle), into, keyed);
        boolean read = status == Status.OK || status == Status.ABSENT || status == Status.VALUE_TOO_LONG;
        if (!read) {
            return status == Status.NOT_FOUND ? Status.STALE_HANDLE : status;
        }
        return keyed.handle() == handle ? Status.OK : Status.STALE_HANDLE;
    }

    /** What the region is: its data set, its shard, its capacities. */
    public RegionHeader header() {
        return RegionHeader.of(file.segment());
    }

    /** What changes in the region; its position is this reader's own, and it ends with it. */
    public ChangeReader changes() {
        changes = changes != null ? changes : new ChangeReader(file.segment());
        return changes;
    }

    /** Whether the writer's lease holds; false soon after it died. */
    public boolean isWriterAlive() {
        return slots.isWriterAlive();
    }

    /** See {@link SlotReader#asOfNs}. */
    long asOfNs() {
        return slots.asOfNs();
    }

    boolean isMirror() {
        return slots.isMirror();
    }

    /** Takes the handles of the region's present epoch from here on. */
    public void adoptEpoch() {
        slots.adoptEpoch();
    }

    public long epoch() {
        return slots.epoch();
    }

    /** Reads that had to be taken again because the entry was being written. */
    public long retries() {
        return slots.retries();
    }

    @Override
    public void close() throws IOException {
        slots.close();
        if (changes != null) {
            changes.close();
        }
        file.close();
    }
}
