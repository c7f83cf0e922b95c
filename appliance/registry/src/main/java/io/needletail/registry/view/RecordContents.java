package io.needletail.registry.view;

/** What a record of the mutation log says, copied out of it: for one that reads the ring, and one that reads a journal. */
public final class RecordContents {
    private final int shard;
    private final int maxKeyLength;
    private final int maxValueLength;
    private final Key key = new Key();
    private final Entry entry;
    private int operation;
    private long timeNs;
    private boolean hasValue;

    /** Of the log of a region. */
    public RecordContents(RegionHeader header) {
        shard = header.shard();
        maxKeyLength = header.sizing().maxKeyLength();
        maxValueLength = header.sizing().maxValueLength();
        entry = new Entry(maxValueLength);
    }

    /**
     * Copies what a record says; its chain was checked, and every length in it is checked here.
     *
     * @return false for what is no record any more: lengths that lie outside it, a generation that there is not
     */
    public boolean take(long at, long header) {
        int lines = RecordLayout.lines(header);
        operation = RecordLayout.operation(header);
        long seal = Loads.getLongOpaque(at + RecordLayout.SEAL_OFFSET);
        long value0 = Loads.getLongOpaque(at + RecordLayout.VALUE_OFFSET);
        long value1 = Loads.getLongOpaque(at + RecordLayout.VALUE_OFFSET + 8);
        timeNs = Loads.getLongOpaque(at + RecordLayout.TIME_OFFSET);
        int word = SlotLayout.word(seal);
        if (SlotLayout.generation(word) == 0) {
            return false; // of a ring that came round while it was copied: no record has it
        }
        entry.identify(
                Handle.of(shard, SlotLayout.generation(word), RecordLayout.slot(header)),
                Loads.getLongOpaque(at + RecordLayout.VERSION_OFFSET));
        entry.value().clear();
        hasValue = false;
        key.clear();
        int flags = RecordLayout.flags(header);
        long extension = at + RecordLayout.EXTENSION_OFFSET;
        long end = at + (long) lines * RecordLayout.LINE_LENGTH;
        if ((flags & RecordLayout.KEY) != 0) {
            extension = takeKey(extension, end);
        }
        return extension != 0 && takeValue(SlotLayout.kind(word), flags, value0, value1, extension, end);
    }

    /** Answers the address behind the key, 0 when it would lie outside the record. */
    private long takeKey(long extension, long end) {
        long bytes = extension + RecordLayout.KEY_EXTENSION_LENGTH;
        int length = bytes <= end ? SlotLayout.keyLength(Loads.getLongOpaque(extension)) : -1;
        if (length < 0 || length > maxKeyLength) {
            return 0;
        }
        if (length <= Bytes.INLINE_LENGTH) {
            key.setInline(Loads.getLongOpaque(extension + 8), Loads.getLongOpaque(extension + 16), length);
            return bytes;
        }
        int padded = RecordLayout.padded(length);
        if (bytes + padded > end) {
            return 0;
        }
        key.setFromMemory(bytes, length);
        return bytes + padded;
    }

    private boolean takeValue(int kind, int flags, long value0, long value1, long bytes, long end) {
        if (operation == RecordLayout.TOUCH) {
            return true; // the value is as it was, and a long one is not in the record
        }
        if (kind >= SlotLayout.KIND_INLINE && kind < SlotLayout.KIND_SLAB) {
            entry.value().setInline(value0, value1, kind - SlotLayout.KIND_INLINE);
            hasValue = true;
            return true;
        }
        if ((flags & RecordLayout.VALUE_BYTES) == 0) {
            return true;
        }
        int length = SlotLayout.blockLength(value1);
        if (length < 0 || length > maxValueLength || bytes + length > end) {
            return false;
        }
        entry.value().setFromMemory(bytes, length);
        hasValue = true;
        return true;
    }

    long version() {
        return entry.version();
    }

    /** Hands over what was taken last. */
    public void handTo(ChangeHandler handler) {
        handler.onChange(operation, key, entry, hasValue, timeNs);
    }
}
