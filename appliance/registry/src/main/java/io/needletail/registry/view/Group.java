package io.needletail.registry.view;

/**
 * Changes of up to {@value Batch#MAX_LENGTH} entries of one shard that happen together or not at all. Each names its entry by
 * handle or key and the version it expects: {@link #ANY_VERSION}, {@link #NO_ENTRY} for a key that must be unknown, or the
 * version of an earlier read. When one expectation fails nothing is changed and the status of that entry says why; the others
 * are NOT_APPLIED. An entry can appear once. Reusable, for one thread.
 */
public final class Group {
    /** Expects a version and changes nothing. */
    public static final int CHECK = 0;

    public static final int PUT = 1;
    public static final int ADD = 2;
    public static final int CLEAR = 3;
    public static final int DELETE = 4;

    public static final int OPERATIONS = 5;

    /** No expectation. */
    public static final long ANY_VERSION = -1;
    /** The key must be unknown. */
    public static final long NO_ENTRY = 0;

    private final Batch batch;
    private final int[] operations = new int[Batch.MAX_LENGTH];
    private final long[] expectedVersions = new long[Batch.MAX_LENGTH];
    private final long[] deltas = new long[Batch.MAX_LENGTH];

    public Group(int valueCapacity) {
        batch = new Batch(valueCapacity);
    }

    /** The entries with their outcomes; for adding use the methods of the group. */
    public Batch batch() {
        return batch;
    }

    public int length() {
        return batch.length();
    }

    public void clear() {
        batch.clear();
    }

    public int check(long handle, long expectedVersion) {
        return note(batch.add(handle), CHECK, expectedVersion, 0);
    }

    public int check(Key key, long expectedVersion) {
        return note(batch.add(key), CHECK, expectedVersion, 0);
    }

    public int put(long handle, long expectedVersion, Value value) {
        return note(batch.add(handle, value), PUT, expectedVersion, 0);
    }

    public int put(Key key, long expectedVersion, Value value) {
        return note(batch.add(key, value), PUT, expectedVersion, 0);
    }

    public int add(long handle, long expectedVersion, long delta) {
        return note(batch.add(handle), ADD, expectedVersion, delta);
    }

    public int add(Key key, long expectedVersion, long delta) {
        return note(batch.add(key), ADD, expectedVersion, delta);
    }

    public int clear(long handle, long expectedVersion) {
        return note(batch.add(handle), CLEAR, expectedVersion, 0);
    }

    public int clear(Key key, long expectedVersion) {
        return note(batch.add(key), CLEAR, expectedVersion, 0);
    }

    public int delete(long handle, long expectedVersion) {
        return note(batch.add(handle), DELETE, expectedVersion, 0);
    }

    public int delete(Key key, long expectedVersion) {
        return note(batch.add(key), DELETE, expectedVersion, 0);
    }

    /** Says what to do with an entry that was added to the batch; for whoever decodes a group. */
    public int note(int index, int operation, long expectedVersion, long delta) {
        assert operation >= CHECK && operation < OPERATIONS : "operation=" + operation;
        operations[index] = operation;
        expectedVersions[index] = expectedVersion;
        deltas[index] = delta;
        return index;
    }

    public int operation(int index) {
        assert index >= 0 && index < length() : "index=" + index;
        return operations[index];
    }

    public long expectedVersion(int index) {
        assert index >= 0 && index < length() : "index=" + index;
        return expectedVersions[index];
    }

    public long delta(int index) {
        assert index >= 0 && index < length() : "index=" + index;
        return deltas[index];
    }
}
