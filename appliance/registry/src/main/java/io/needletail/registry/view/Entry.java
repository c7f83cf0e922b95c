package io.needletail.registry.view;

/** What an operation answers beside its status: the entry's handle, version and value. Reusable, one owner at a time. */
public final class Entry {
    private final Value value;
    private long handle;
    private long version;

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

    public void identify(long handle, long version) {
        this.handle = handle;
        this.version = version;
    }

    public void clear() {
        identify(Handle.NULL, 0);
        value.clear();
    }
}
