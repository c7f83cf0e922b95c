package io.needletail.registry.view;

/**
 * An entry of the retry table: which of the last requests of a client were applied, for clients that repeat requests after a
 * lost connection. Written by the shard's owner alone, when a record that names the client is applied; nobody else reads it.
 * Two copies of one line each; a change goes into the older one, so that one is whole wherever the owner stops.
 *
 * <pre>
 *   +0 client id   16 bytes, chosen by the client; 0 = unused
 *  +16 request     the client's sequence of the request applied last, 0 = none
 *  +24 version     mutation sequence of the last change of this entry: the copy with the larger one counts
 *  +32 handle      of the entry that the request changed
 *  +40 time        engine time, ns since 1970: the entry that was not used for longest is taken for a new client
 *  +48 applied     bit i says that request - i was applied
 *  +56 check       CRC32C of the 56 bytes before, in the low half
 *  +64 the other copy
 * </pre>
 */
public final class RetryLayout {
    public static final int COPY_LENGTH = 64;
    public static final int ENTRY_LENGTH = 2 * COPY_LENGTH;
    public static final int CLIENT_HIGH_OFFSET = 0;
    public static final int CLIENT_LOW_OFFSET = 8;
    public static final int REQUEST_OFFSET = 16;
    public static final int VERSION_OFFSET = 24;
    public static final int HANDLE_OFFSET = 32;
    public static final int TIME_OFFSET = 40;
    public static final int APPLIED_OFFSET = 48;
    public static final int CHECK_OFFSET = 56;

    /** Requests back from the last one whose outcome is known: a client has no more of them unanswered. */
    public static final int WINDOW = Long.SIZE;
    /** The origin of a record has 16 bits for the entry, of which 0 is none, and 48 for the request. */
    public static final int MAX_SESSIONS = (1 << 16) - 1;

    public static final long MAX_REQUEST = (1L << 48) - 1;

    private RetryLayout() {}
}
