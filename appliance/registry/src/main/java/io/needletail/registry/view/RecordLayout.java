package io.needletail.registry.view;

/**
 * A mutation record: the absolute new state of one slot. The first line is described in {@code mutation-record.xml} too, and
 * a test compares the two.
 *
 * <pre>
 *   +0 header   slot:32 | lines:16 | operation:8 | flags:8       stored last, with release: it commits the record
 *   +8 version  mutation sequence
 *  +16 seal     the slot's checksum and word after this record: covers the value
 *  +24 time     engine time, ns since 1970
 *  +32 value    16 bytes
 *  +48 origin   retry entry + 1:16 | request:48 of a client that may repeat it, else 0
 *  +56 chain    covers everything but the value, and the record before
 *  +64 with KEY          key meta:8 | key:16 as in the slot, then the bytes of a key over 16, padded to 8
 *      with VALUE_BYTES  the bytes of the slab block, padded to 8
 *      with DEADLINE     deadline:8, ns since 1970, 0 takes the slot's deadline away
 *      zeros to a whole number of lines
 * </pre>
 */
public final class RecordLayout {
    public static final int LINE_LENGTH = 64;
    public static final int HEADER_OFFSET = 0;
    public static final int VERSION_OFFSET = 8;
    public static final int SEAL_OFFSET = 16;
    public static final int TIME_OFFSET = 24;
    public static final int VALUE_OFFSET = 32;
    public static final int ORIGIN_OFFSET = 48;
    public static final int CHAIN_OFFSET = 56;
    public static final int EXTENSION_OFFSET = LINE_LENGTH;
    public static final int KEY_EXTENSION_LENGTH = 24;

    public static final int INSERT = 1;
    public static final int UPDATE = 2;
    public static final int DELETE = 3;
    public static final int ALLOCATE = 4;
    public static final int FREE = 5;
    public static final int PAD = 6;
    public static final int EXPIRE = 7;
    public static final int CLEAR = 8;
    public static final int TOUCH = 9;
    /** Gives an entry of the retry table, in place of a slot, to the client whose id is the value. */
    public static final int SESSION = 10;

    public static final int GROUP_FIRST = 1;
    public static final int GROUP_LAST = 1 << 1;
    /** Today every record is a group of its own. */
    public static final int SINGLE = GROUP_FIRST | GROUP_LAST;

    public static final int KEY = 1 << 2;
    public static final int VALUE_BYTES = 1 << 3;
    public static final int DEADLINE = 1 << 4;
    /** Flags a reader of today understands; a record with another is refused. */
    public static final int KNOWN_FLAGS = SINGLE | KEY | VALUE_BYTES | DEADLINE;

    public static final int DEADLINE_EXTENSION_LENGTH = 8;

    private RecordLayout() {}

    public static long header(long slot, int lines, int operation, int flags) {
        assert slot >= 0 && slot <= 0xFFFF_FFFFL : "slot=" + slot;
        assert lines >= 1 && lines <= 0xFFFF : "lines=" + lines;
        return slot | ((long) lines << 32) | ((long) operation << 48) | ((long) flags << 56);
    }

    public static long slot(long header) {
        return header & 0xFFFF_FFFFL;
    }

    public static int lines(long header) {
        return (int) (header >>> 32) & 0xFFFF;
    }

    public static int operation(long header) {
        return (int) (header >>> 48) & 0xFF;
    }

    public static int flags(long header) {
        return (int) (header >>> 56) & 0xFF;
    }

    /** Whether a reader of today knows the operation as a change of one slot. */
    public static boolean isChange(int operation) {
        return (operation >= INSERT && operation <= FREE) || (operation >= EXPIRE && operation <= TOUCH);
    }

    public static long origin(int retryEntry, long request) {
        assert retryEntry >= 0 && retryEntry < RetryLayout.MAX_SESSIONS : "retryEntry=" + retryEntry;
        assert request > 0 && request <= RetryLayout.MAX_REQUEST : "request=" + request;
        return ((long) retryEntry + 1) << 48 | request;
    }

    /** The retry entry of an origin that is not 0; -1 of one that is none. */
    public static int retryEntry(long origin) {
        return (int) (origin >>> 48) - 1;
    }

    public static long request(long origin) {
        return origin & RetryLayout.MAX_REQUEST;
    }

    /** What people call an operation. */
    public static String operationName(int operation) {
        return switch (operation) {
            case INSERT -> "insert";
            case UPDATE -> "update";
            case DELETE -> "delete";
            case ALLOCATE -> "allocate";
            case FREE -> "free";
            case EXPIRE -> "expire";
            case CLEAR -> "clear";
            case TOUCH -> "touch";
            default -> "operation=" + operation;
        };
    }

    public static int padded(int length) {
        assert length >= 0 : "length=" + length;
        return (length + 7) & ~7;
    }

    /** Lines of a record whose extensions take {@code extensionLength} bytes. */
    public static int linesFor(int extensionLength) {
        assert extensionLength >= 0 : "extensionLength=" + extensionLength;
        return 1 + (extensionLength + LINE_LENGTH - 1) / LINE_LENGTH;
    }
}
