package io.needletail.registry.view;

/**
 * Outcomes, the same in every tier and on the wire (enum ResultStatus of the session protocol; a test compares the two).
 * Hot paths return them as ints: 0 is success and everything else says why not.
 */
public final class Status {
    public static final int OK = 0;
    /** The key is unknown. */
    public static final int NOT_FOUND = 1;
    /** The handle is alive and has no value. */
    public static final int ABSENT = 2;
    /** The handle's slot was freed, or never issued. */
    public static final int STALE_HANDLE = 3;
    /** An insert found a value. */
    public static final int EXISTS = 4;
    /** The handle belongs to an older epoch; revalidate it with its key. */
    public static final int EPOCH_CHANGED = 5;

    public static final int KEY_TOO_LONG = 6;
    public static final int VALUE_TOO_LONG = 7;
    public static final int SLOTS_FULL = 8;
    public static final int DIRECTORY_FULL = 9;
    public static final int SLAB_FULL = 10;
    /** A gating consumer of the mutation log has stalled; reads go on. */
    public static final int BACK_PRESSURED = 11;
    /** The shard is not serving: its writer died, or is recovering. */
    public static final int WRITER_UNAVAILABLE = 12;

    public static final int REGION_RETIRED = 13;
    public static final int REGION_FAILED = 14;
    public static final int INVALID_REQUEST = 15;
    /** The session has as many scans waiting as it may. */
    public static final int SCANNER_BUSY = 16;
    /** The value has not reached the level that was asked for. */
    public static final int NOT_YET = 17;
    /** The session ended before the answer came: the request may or may not have been applied. */
    public static final int UNKNOWN = 18;
    /** The entry has another version than the one that was expected; the answer names the present one. */
    public static final int VERSION_CONFLICT = 19;
    /** The sum does not fit a signed 64-bit number; nothing was changed. */
    public static final int OVERFLOW = 20;
    /** The value is not eight bytes long, so nothing can be added to it. */
    public static final int NOT_A_NUMBER = 21;
    /** The session has as many anonymous entries as it may. */
    public static final int ANONYMOUS_LIMIT = 22;
    /** The values of a batch exceed one answer; ask for this entry alone. */
    public static final int REPLY_FULL = 23;
    /** The batch or group does not fit one message; split it. */
    public static final int BATCH_TOO_LONG = 24;
    /** Another entry of the group failed, so this one was not changed either. */
    public static final int NOT_APPLIED = 25;
    /** A repeated request that was applied before the connection was lost; it is not done again. */
    public static final int DONE_BEFORE = 26;
    /** A repeated request that was refused before the connection was lost; it is not tried again, others came after it. */
    public static final int REFUSED_BEFORE = 27;
    /** The key belongs to another shard of its namespace. */
    public static final int WRONG_SHARD = 28;
    /** The entries of a group are not all of one shard. */
    public static final int SEVERAL_SHARDS = 29;
    /** The level that was asked for is not offered, because of how the appliance was started: nothing was changed. */
    public static final int LEVEL_UNAVAILABLE = 30;

    private static final String[] NAMES = {
        "OK",
        "NOT_FOUND",
        "ABSENT",
        "STALE_HANDLE",
        "EXISTS",
        "EPOCH_CHANGED",
        "KEY_TOO_LONG",
        "VALUE_TOO_LONG",
        "SLOTS_FULL",
        "DIRECTORY_FULL",
        "SLAB_FULL",
        "BACK_PRESSURED",
        "WRITER_UNAVAILABLE",
        "REGION_RETIRED",
        "REGION_FAILED",
        "INVALID_REQUEST",
        "SCANNER_BUSY",
        "NOT_YET",
        "UNKNOWN",
        "VERSION_CONFLICT",
        "OVERFLOW",
        "NOT_A_NUMBER",
        "ANONYMOUS_LIMIT",
        "REPLY_FULL",
        "BATCH_TOO_LONG",
        "NOT_APPLIED",
        "DONE_BEFORE",
        "REFUSED_BEFORE",
        "WRONG_SHARD",
        "SEVERAL_SHARDS",
        "LEVEL_UNAVAILABLE"
    };

    private Status() {}

    public static int count() {
        return NAMES.length;
    }

    public static String name(int status) {
        return status >= 0 && status < NAMES.length ? NAMES[status] : "status=" + status;
    }
}
