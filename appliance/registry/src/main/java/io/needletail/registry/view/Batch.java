package io.needletail.registry.view;

/**
 * Up to {@value #MAX_LENGTH} entries that are asked for or written with one call, each named by its handle or by its key. Fill
 * it, pass it, read statuses and entries, clear it. Everything is allocated when it is made: keys, and values of the capacity
 * given. A batch is not atomic: every entry has a status of its own; for all or nothing there is {@link Group}. For one thread.
 */
public final class Batch {
    public static final int MAX_LENGTH = 64;

    private final int valueCapacity;
    /** Only those over 16 bytes are kept here; the others are in {@link #shortKeys}, and handed out through here. */
    private final Key[] keys = new Key[MAX_LENGTH];

    private final ShortKeys shortKeys = ShortKeys.ofBatch();
    private final Key noKey = new Key();
    private final Key incoming = new Key();
    private final Entry[] entries = new Entry[MAX_LENGTH];
    private final long[] handles = new long[MAX_LENGTH];
    private final int[] statuses = new int[MAX_LENGTH];
    private int length;
    /** A bit for each entry that is named by its key, and one for each whose key is short. */
    private long byKey;

    private long byShortKey;

    public Batch(int valueCapacity) {
        this.valueCapacity = valueCapacity;
        for (int i = 0; i < MAX_LENGTH; i++) {
            keys[i] = new Key();
            entries[i] = new Entry(valueCapacity);
        }
    }

    public int length() {
        return length;
    }

    public boolean isFull() {
        return length == MAX_LENGTH;
    }

    public int valueCapacity() {
        return valueCapacity;
    }

    /** Empties it for the next use. */
    public void clear() {
        length = 0;
        byKey = 0;
        byShortKey = 0;
    }

    /** Adds an entry by its handle; its index. */
    public int add(long handle) {
        int index = next();
        handles[index] = handle;
        return index;
    }

    /** Adds an entry by its key, which is copied; its index. */
    public int add(Key key) {
        int index = next();
        handles[index] = Handle.NULL;
        nameByKey(index, key);
        return index;
    }

    /** Adds an entry by its handle with the value to write, which is copied; its index. */
    public int add(long handle, Value value) {
        checkFits(value);
        int index = add(handle);
        entries[index].value().set(value);
        return index;
    }

    /** Adds an entry by its key with the value to write; both are copied; its index. */
    public int add(Key key, Value value) {
        checkFits(value);
        int index = add(key);
        entries[index].value().set(value);
        return index;
    }

    private int next() {
        if (isFull()) {
            throw new IllegalStateException("batch full: length=" + length + " limit=" + MAX_LENGTH);
        }
        statuses[length] = Status.UNKNOWN;
        return length++;
    }

    private void checkFits(Value value) {
        if (value.length() > valueCapacity) {
            throw new IllegalArgumentException("length=" + value.length() + " valueCapacity=" + valueCapacity);
        }
    }

    /** Whether the entry was named by a key; else by a handle. */
    public boolean isByKey(int index) {
        assert index >= 0 && index < length : "index=" + index + " length=" + length;
        return (byKey >>> index & 1) != 0;
    }

    /** Whether no entry is named by its key. */
    public boolean isAllByHandle() {
        return byKey == 0;
    }

    /** Whether every entry is named by a key of up to 16 bytes: {@link #shortKeys()} has them all. */
    public boolean isAllByShortKey() {
        return length != 0 && byShortKey == -1L >>> (MAX_LENGTH - length);
    }

    /** For whoever searches this batch: where entries have short keys, those, at the entries' places. */
    public ShortKeys shortKeys() {
        return shortKeys;
    }

    /**
     * Names an entry that was added by its handle by a key instead; false when it is too long for any key. An empty one names
     * none.
     */
    public boolean nameByKey(int index, byte[] source, int offset, int keyLength) {
        boolean fits = incoming.set(source, offset, keyLength);
        if (fits) {
            nameByKey(index, incoming);
        }
        return fits;
    }

    private void nameByKey(int index, Key key) {
        assert index >= 0 && index < length : "index=" + index + " length=" + length;
        if (key.length() == 0) {
            return;
        }
        byKey |= 1L << index;
        if (key.length() <= Bytes.INLINE_LENGTH) {
            byShortKey |= 1L << index;
            shortKeys.set(index, key);
        } else {
            keys[index].set(key);
        }
    }

    /** The key an entry was named by, empty when it was a handle. */
    public Key key(int index) {
        if (!isByKey(index)) {
            return noKey;
        }
        if ((byShortKey >>> index & 1) != 0) {
            shortKeys.get(index, keys[index]);
        }
        return keys[index];
    }

    /** The handle an entry was named by, {@link Handle#NULL} when it was a key. */
    public long handle(int index) {
        assert index >= 0 && index < length : "index=" + index + " length=" + length;
        return handles[index];
    }

    /** The outcome of an entry, a {@link Status}; UNKNOWN before the batch was run. */
    public int status(int index) {
        assert index >= 0 && index < length : "index=" + index + " length=" + length;
        return statuses[index];
    }

    /** For whoever runs the batch. */
    public void status(int index, int status) {
        assert index >= 0 && index < length : "index=" + index + " length=" + length;
        statuses[index] = status;
    }

    /** For whoever refuses the batch as a whole: no entry was looked at. */
    public void statusOfAll(int status) {
        for (int i = 0; i < length; i++) {
            statuses[i] = status;
        }
    }

    /** Handle, version and value: after a read the value there is, in a put the value to write. */
    public Entry entry(int index) {
        assert index >= 0 && index < length : "index=" + index + " length=" + length;
        return entries[index];
    }
}
