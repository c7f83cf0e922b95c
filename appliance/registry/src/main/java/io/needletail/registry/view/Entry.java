package io.needletail.registry.view;

/** What an operation answers beside its status: the entry's handle, version and value. Reusable, one owner at a time. */
public final class Entry {
    private final Value value;
    private long handle;
    private long version;
    private int level;

    public Entry(int valueCapacity) {
        value = new Value(valueCapacity);
    }

    public long handle() {
        return handle;
    }

    /** The mutation sequence of the entry's last change: unique and increasing over the whole shard. */
    public long version() {
        return version;
    }

    /** The value that was read; empty after an operation that reads none. */
    public Value value() {
        return value;
    }

    /**
     * The {@link Level} that a change had reached when a session was told of it: what was asked for, or less when the answer is
     * {@link Status#UNKNOWN}, and {@link Level#NONE} when none came.
     */
    public int level() {
        return level;
    }

    public void level(int reached) {
        level = reached;
    }

    public void identify(long handle, long version) {
        this.handle = handle;
        this.version = version;
    }

    public void clear() {
        identify(Handle.NULL, 0);
        value.clear();
    }
}
