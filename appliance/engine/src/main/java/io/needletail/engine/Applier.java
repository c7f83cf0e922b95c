package io.needletail.engine;

import io.needletail.pmem.PersistentMemory;
import io.needletail.registry.Registry;
import io.needletail.registry.SlotWriter;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RetryLayout;
import io.needletail.registry.view.SlotLayout;

/**
 * state x record -> state. The one way a slot changes, live and in replay. It decides nothing and allocates nothing: the
 * record says which blocks to write. Applying a record twice is applying it once.
 */
final class Applier {
    private static final int EXTENSIONS = RecordLayout.KEY | RecordLayout.VALUE_BYTES | RecordLayout.DEADLINE;

    private final Registry registry;
    /** That the region is in, or null. */
    private final PersistentMemory memory;

    Applier(Registry registry) {
        this(registry, null);
    }

    Applier(Registry registry, PersistentMemory memory) {
        this.registry = registry;
        this.memory = memory;
    }

    void apply(long record) {
        assert record % RecordLayout.LINE_LENGTH == 0 : "record=" + record;
        long header = Loads.getLong(record);
        int flags = RecordLayout.flags(header);
        if ((flags & EXTENSIONS) == 0) {
            applyLine(record, header);
        } else {
            applyExtended(record, header, flags);
        }
        long origin = Loads.getLong(record + RecordLayout.ORIGIN_OFFSET);
        if (origin != 0) {
            noteRequest(record, header, origin);
        }
    }

    /** {@link #apply} for a record of one line that changes a slot, from the fields that were just put into it. */
    void applyFields(
            long record,
            long header,
            long slotAddress,
            long sequence,
            long seal,
            long value0,
            long value1,
            long origin) {
        SlotWriter.write(slotAddress, sequence, seal, value0, value1);
        if (origin != 0) {
            noteRequest(record, header, origin);
        }
    }

    /** Notes whose request a change was, and leaves the entry as it is: it is newer already. */
    void noteRequest(long record) {
        long origin = Loads.getLong(record + RecordLayout.ORIGIN_OFFSET);
        if (origin != 0) {
            noteRequest(record, Loads.getLong(record), origin);
        }
    }

    private void noteRequest(long record, long header, long origin) {
        if ((RecordLayout.flags(header) & RecordLayout.GROUP_LAST) == 0) {
            return; // of a group all is done or nothing: the last record says so
        }
        int word = SlotLayout.word(Loads.getLong(record + RecordLayout.SEAL_OFFSET));
        long handle = Handle.of(registry.header().shard(), SlotLayout.generation(word), RecordLayout.slot(header));
        registry.retries()
                .applied(
                        RecordLayout.retryEntry(origin),
                        RecordLayout.request(origin),
                        Loads.getLong(record + RecordLayout.VERSION_OFFSET),
                        handle,
                        Loads.getLong(record + RecordLayout.TIME_OFFSET));
        persist(RecordLayout.retryEntry(origin));
    }

    /** The next change of the entry overwrites the copy that counted until now, so this one must be on the medium before. */
    private void persist(int retryEntry) {
        if (memory != null) {
            memory.flush(registry.retries().address(retryEntry), RetryLayout.ENTRY_LENGTH);
            memory.fence();
        }
    }

    private void registerClient(long record, long header) {
        registry.retries()
                .register(
                        (int) RecordLayout.slot(header),
                        Loads.getLong(record + RecordLayout.VALUE_OFFSET),
                        Loads.getLong(record + RecordLayout.VALUE_OFFSET + 8),
                        Loads.getLong(record + RecordLayout.VERSION_OFFSET),
                        Loads.getLong(record + RecordLayout.TIME_OFFSET));
        persist((int) RecordLayout.slot(header));
    }

    private void applyLine(long record, long header) {
        int operation = RecordLayout.operation(header);
        if (operation == RecordLayout.PAD) {
            return;
        }
        if (operation == RecordLayout.SESSION) {
            registerClient(record, header);
            return;
        }
        SlotWriter.write(
                registry.slotAddress(RecordLayout.slot(header)),
                Loads.getLong(record + RecordLayout.VERSION_OFFSET),
                Loads.getLong(record + RecordLayout.SEAL_OFFSET),
                Loads.getLong(record + RecordLayout.VALUE_OFFSET),
                Loads.getLong(record + RecordLayout.VALUE_OFFSET + 8));
    }

    private void applyExtended(long record, long header, int flags) {
        assert RecordLayout.lines(header) > 1 : "lines=" + RecordLayout.lines(header);
        assert (flags & ~RecordLayout.KNOWN_FLAGS) == 0 : "flags=" + flags;
        int operation = RecordLayout.operation(header);
        boolean isDelete = operation == RecordLayout.DELETE || operation == RecordLayout.EXPIRE;
        long at = record + RecordLayout.EXTENSION_OFFSET;
        SlotWriter.beforeRecycledBlock();
        if ((flags & RecordLayout.KEY) != 0) {
            at = writeKeyBlock(at, isDelete);
        }
        if ((flags & RecordLayout.VALUE_BYTES) != 0) {
            at = writeValueBlock(record, at);
        }
        boolean hasDeadline = (flags & RecordLayout.DEADLINE) != 0;
        long deadlineNs = hasDeadline ? Loads.getLong(at) : 0;
        if ((flags & RecordLayout.KEY) != 0) {
            applyKeyed(record, header, isDelete, deadlineNs);
        } else if (hasDeadline) {
            applyWithDeadline(record, header, deadlineNs);
        } else {
            applyLine(record, header);
        }
    }

    private void applyWithDeadline(long record, long header, long deadlineNs) {
        assert registry.isKeyed(RecordLayout.slot(header)) : "slot=" + RecordLayout.slot(header);
        SlotWriter.write(
                registry.slotAddress(RecordLayout.slot(header)),
                Loads.getLong(record + RecordLayout.VERSION_OFFSET),
                Loads.getLong(record + RecordLayout.SEAL_OFFSET),
                Loads.getLong(record + RecordLayout.VALUE_OFFSET),
                Loads.getLong(record + RecordLayout.VALUE_OFFSET + 8),
                deadlineNs);
    }

    /** Answers the address behind the key extension. */
    private long writeKeyBlock(long extension, boolean isDelete) {
        int length = SlotLayout.keyLength(Loads.getLong(extension));
        long bytes = extension + RecordLayout.KEY_EXTENSION_LENGTH;
        if (length <= Bytes.INLINE_LENGTH) {
            return bytes;
        }
        int padded = RecordLayout.padded(length);
        if (!isDelete) {
            Stores.copy(bytes, registry.slab().address(Loads.getLong(extension + 8)), padded);
        }
        return bytes + padded;
    }

    /** Answers the address behind the value's bytes. */
    private long writeValueBlock(long record, long bytes) {
        assert (bytes & 7) == 0 : "bytes=" + bytes;
        long block = Loads.getLong(record + RecordLayout.VALUE_OFFSET);
        int length = SlotLayout.blockLength(Loads.getLong(record + RecordLayout.VALUE_OFFSET + 8));
        Stores.copy(bytes, registry.slab().address(block), RecordLayout.padded(length));
        return bytes + RecordLayout.padded(length);
    }

    private void applyKeyed(long record, long header, boolean isDelete, long deadlineNs) {
        assert registry.isKeyed(RecordLayout.slot(header)) : "slot=" + RecordLayout.slot(header);
        long extension = record + RecordLayout.EXTENSION_OFFSET;
        SlotWriter.writeKeyed(
                registry.slotAddress(RecordLayout.slot(header)),
                Loads.getLong(record + RecordLayout.VERSION_OFFSET),
                Loads.getLong(record + RecordLayout.SEAL_OFFSET),
                Loads.getLong(record + RecordLayout.VALUE_OFFSET),
                Loads.getLong(record + RecordLayout.VALUE_OFFSET + 8),
                deadlineNs,
                isDelete ? 0L : Loads.getLong(extension),
                isDelete ? 0L : Loads.getLong(extension + 8),
                isDelete ? 0L : Loads.getLong(extension + 16));
    }
}
