package io.needletail.registry.view;

/**
 * Up to {@value #MAX_LENGTH} entries that are asked for or written with one call, each named by its handle or by its key. Fill
 * it, pass it, read statuses and entries, clear it. Everything is allocated when it is made: keys, and values of the capacity
 * given. A batch is not atomic: every entry has a status of its own; for all or nothing there is {@link Group}. For one thread.
 */
public final class Batch {
    public static final int MAX_LENGTH = 64;

    private final int valueCapacity;
    private final Key[] keys = new Key[MAX_LENGTH];
    private final Entry[] entries = new Entry[MAX_LENGTH];
    private final long[] handles = new long[MAX_LENGTH];
    private final int[] statuses = new int[MAX_LENGTH];
    private int length;

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
    }

    /** Adds an entry by its handle; its index. */
    public int add(long handle) {
        int index = next();
        handles[index] = handle;
        keys[index].clear();
        return index;
    }

    /** Adds an entry by its key, which is copied; its index. */
    public int add(Key key) {
        int index = next();
        handles[index] = Handle.NULL;
        keys[index].set(key);
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
        return key(index).length() != 0;
    }

    /** The key an entry was named by, empty when it was a handle. */
    public Key key(int index) {
        assert index >= 0 && index < length : "index=" + index + " length=" + length;
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
