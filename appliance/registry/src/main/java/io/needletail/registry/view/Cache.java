package io.needletail.registry.view;

/**
 * The vocabulary of the tiers that can also write and resolve: embedded, and a session's blocking view. Every call answers
 * a {@link Status}; every OK sets the entry's handle and version. Implementations are for one thread.
 */
public interface Cache extends EntryReader {
    int get(Key key, Entry into);

    /** Finds the key's handle; with {@code create} makes a slot without a value when the key is unknown. */
    int resolve(Key key, boolean create, Entry into);

    int put(long handle, Value value, Entry into);

    /** Writes the key's value, creating the entry when the key is unknown. */
    int put(Key key, Value value, Entry into);

    /** Writes the key's value only when it has none; else {@link Status#EXISTS}. */
    int insert(Key key, Value value, Entry into);

    /** Frees the slot and its generation: the handle is stale from here on. */
    int delete(long handle, Entry into);

    int delete(Key key, Entry into);
}
