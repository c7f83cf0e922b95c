package io.needletail.registry.view;

/**
 * An entry of the retry table: the last request that was applied for a client which repeats requests after a lost connection.
 * One line each, written by the shard's owner alone, when a record that names it is applied; nobody else reads it.
 *
 * <pre>
 *   +0 client id   16 bytes, chosen by the client, 0 = unused
 *  +16 request     the client's sequence of the request applied last
 *  +24 version     mutation sequence that it made
 *  +32 handle      of the entry it changed
 *  +40 time        engine time, ns since 1970: the entry that was not used for longest is taken for a new client
 *  +48 0
 *  +56 check       CRC32C of the 56 bytes before, in the low half
 * </pre>
 */
public final class RetryLayout {
    public static final int ENTRY_LENGTH = 64;
    public static final int CLIENT_HIGH_OFFSET = 0;
    public static final int CLIENT_LOW_OFFSET = 8;
    public static final int REQUEST_OFFSET = 16;
    public static final int VERSION_OFFSET = 24;
    public static final int HANDLE_OFFSET = 32;
    public static final int TIME_OFFSET = 40;
    public static final int CHECK_OFFSET = 56;

    /** The origin of a record has 16 bits for the entry and 48 for the request. */
    public static final int MAX_SESSIONS = 1 << 16;

    private RetryLayout() {}
}
