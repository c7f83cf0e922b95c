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

    /** Writes only while the entry has this version; else {@link Status#VERSION_CONFLICT}, and the entry names the present one. */
    int putIf(long handle, long expectedVersion, Value value, Entry into);

    int putIf(Key key, long expectedVersion, Value value, Entry into);

    /**
     * Adds to a value that is a signed 64-bit number, eight bytes little-endian; no value counts as 0. The entry holds the sum.
     * Refused with {@link Status#OVERFLOW} or {@link Status#NOT_A_NUMBER}, and then nothing is changed.
     */
    int add(long handle, long delta, Entry into);

    /** The same; an unknown key gets an entry with the delta. */
    int add(Key key, long delta, Entry into);

    /**
     * Writes a value that ends {@code ttlNs} from now: the entry is freed and its handle stale soon after. A put without a time
     * takes the deadline away; an add keeps it. Keyed entries only; 0 ns or over a hundred years are refused.
     */
    int putFor(long handle, long ttlNs, Value value, Entry into);

    int putFor(Key key, long ttlNs, Value value, Entry into);

    /** Moves the entry's deadline to {@code ttlNs} from now; 0 takes it away. The value stays. */
    int touch(long handle, long ttlNs, Entry into);

    int touch(Key key, long ttlNs, Entry into);

    /** Takes the value away, and its deadline with it, and leaves the handle; {@link Status#ABSENT} when there was none. */
    int clear(long handle, Entry into);

    int clear(Key key, Entry into);

    /** Frees the slot and its generation: the handle is stale from here on. */
    int delete(long handle, Entry into);

    int delete(Key key, Entry into);

    /**
     * Takes an entry without a key and yet without a value; only its handle finds it. Over a session it is freed when the
     * session ends; embedded it stays until it is deleted.
     */
    int allocate(Entry into);

    /** Reads every entry of the batch; each has its own status. */
    int get(Batch batch);

    /** Finds the handles of the batch's keys; with {@code create} makes slots without a value for unknown ones. */
    int resolve(Batch batch, boolean create);

    /** Writes every entry of the batch, in order; each has its own status, and one that fails stops no other. */
    int put(Batch batch);

    /**
     * Makes all changes of the group or none. Readers that take several entries see them together by the region's group
     * sequence; a crash leaves all or none.
     *
     * @return OK, or the status of the first entry that failed; all versions are compared before anything else
     */
    int apply(Group group);
}
