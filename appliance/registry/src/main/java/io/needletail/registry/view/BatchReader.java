package io.needletail.registry.view;

import java.lang.invoke.VarHandle;

/**
 * Reads several entries by their handles so that a {@link Group} of changes is seen whole or not at all: the region's group
 * sequence is loaded with acquire before the first entry and again, behind a loadLoad fence, after the last; it is odd while a
 * group is applied. Single changes do not touch it: entries that no group wrote are each as new as their own read. Entries are
 * read one after the other, and all again when a group came between. For the thread of its reader.
 */
public final class BatchReader {
    /** As a {@link SlotReader}: a writer that is off its core inside a group comes back, one whose lease has run out does not. */
    private static final int ROUNDS_PER_CLOCK_READ = 256;

    private static final int MAX_ROUNDS = 1 << 25;

    private final SlotReader slots;
    private final MonotonicClock clock;

    public BatchReader(SlotReader slots, MonotonicClock clock) {
        this.slots = slots;
        this.clock = clock;
    }

    /**
     * Reads every entry of the batch; each has its own status, INVALID_REQUEST one that is named by a key.
     *
     * @return OK, or WRITER_UNAVAILABLE when the shard stopped inside a group or groups never left a gap
     */
    public int get(Batch batch) {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            long before = slots.groupSequence();
            if ((before & 1) == 0) {
                read(batch);
                VarHandle.loadLoadFence();
                if (slots.groupSequence() == before) {
                    return Status.OK;
                }
            } else if (round % ROUNDS_PER_CLOCK_READ == 0 && !slots.isWriterAlive()) {
                return Status.WRITER_UNAVAILABLE;
            }
            clock.pause();
        }
        return Status.WRITER_UNAVAILABLE;
    }

    private void read(Batch batch) {
        for (int i = 0, length = batch.length(); i < length; i++) {
            Entry entry = batch.entry(i);
            int status = batch.isByKey(i) ? Status.INVALID_REQUEST : slots.get(batch.handle(i), entry);
            batch.status(i, status);
            if (status != Status.OK) {
                entry.value().clear();
            }
        }
    }
}
