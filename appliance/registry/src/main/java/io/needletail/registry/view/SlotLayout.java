package io.needletail.registry.view;

/**
 * A slot's bytes.
 *
 * <pre>
 *  anonymous slot, 32 bytes                          keyed slot, 64 bytes = one cache line
 *   +0  version    sequence:63 | writing:1            +0  the same 32 bytes
 *   +8  checksum   CRC32C                             +32 expiry deadline, ns since 1970, 0 = none
 *  +12  word       generation:24 | kind:5 | ttl:1     +40 key CRC32C
 *  +16  value      16 bytes inline, or                +44 key length, 2 bytes; 2 spare bytes, 0
 *                  block:8 | length:4 | CRC32C:4      +48 key 16 bytes inline, or block:8 | 0
 * </pre>
 *
 * The version is written by the shard's owner and pairs with the loads of {@link SlotReader}: odd with opaque before the
 * first store of a change, even with release after the last; read with acquire before the other words and opaque after a
 * loadLoad fence. Everything between is plain on the writer's side and opaque on the reader's.
 *
 * <p>kind: 0 free, 1 absent (no value, handle alive), 2 + n an inline value of n bytes, 19 a slab block, 20 to 31 reserved.
 */
public final class SlotLayout {
    public static final int ANONYMOUS_LENGTH = 32;
    public static final int KEYED_LENGTH = 64;

    public static final int VERSION_OFFSET = 0;
    /** Checksum in the low and word in the high half: both are always written together. */
    public static final int SEAL_OFFSET = 8;

    /** The word alone. */
    public static final int WORD_OFFSET = 12;

    public static final int VALUE_OFFSET = 16;
    public static final int DEADLINE_OFFSET = 32;
    /** Key CRC in the low half, then the length and the spare. */
    public static final int KEY_META_OFFSET = 40;

    /** The length and the spare as one int, which is the length. */
    public static final int KEY_LENGTH_OFFSET = 44;

    public static final int KEY_OFFSET = 48;
    /** Bits of the key meta word in use; the spare short above is zero. */
    public static final int KEY_META_BITS = 48;

    public static final int KIND_FREE = 0;
    public static final int KIND_ABSENT = 1;
    public static final int KIND_INLINE = 2;
    public static final int KIND_SLAB = KIND_INLINE + Bytes.INLINE_LENGTH + 1;

    /** In the word of a slot whose deadline counts; the deadline is then part of the checksum. */
    public static final int TTL = 1 << 29;

    private static final int KIND_SHIFT = 24;
    private static final int KIND_MASK = 0x1F;
    private static final int TTL_BESIDE_KIND = TTL >>> KIND_SHIFT;

    private SlotLayout() {}

    /** The version in a slot's first word, whose lowest bit says that the slot is being written. */
    public static long version(long firstWord) {
        return firstWord >>> 1;
    }

    public static int word(int generation, int kind) {
        assert generation >= 0 && generation <= Handle.MAX_GENERATION : "generation=" + generation;
        assert kind >= KIND_FREE && kind <= KIND_SLAB : "kind=" + kind;
        return generation | (kind << KIND_SHIFT);
    }

    public static int generation(int word) {
        return word & Handle.MAX_GENERATION;
    }

    public static int kind(int word) {
        return (word >>> KIND_SHIFT) & KIND_MASK;
    }

    /** The kind in a word of this generation; of another one a number that is no kind: one comparison decides on both. */
    public static int kindIn(int word, int generation) {
        assert generation >= 0 && generation <= Handle.MAX_GENERATION : "generation=" + generation;
        return Integer.rotateLeft(word ^ generation, Integer.SIZE - KIND_SHIFT) & ~TTL_BESIDE_KIND;
    }

    public static boolean isInline(int kind) {
        return kind >= KIND_INLINE && kind < KIND_SLAB;
    }

    public static boolean hasDeadline(int word) {
        return (word & TTL) != 0;
    }

    public static long seal(int checksum, int word) {
        return (checksum & 0xFFFF_FFFFL) | ((long) word << 32);
    }

    public static int word(long seal) {
        return (int) (seal >>> 32);
    }

    public static int checksum(long seal) {
        return (int) seal;
    }

    public static long keyMeta(int crc, int length) {
        assert length >= 0 && length <= Key.MAX_LENGTH : "length=" + length;
        return (crc & 0xFFFF_FFFFL) | ((long) length << 32);
    }

    public static int keyCrc(long keyMeta) {
        return (int) keyMeta;
    }

    public static int keyLength(long keyMeta) {
        return (int) (keyMeta >>> 32) & 0xFFFF;
    }

    /** Second word of a slab value: length in the low half, the block's CRC32C in the high one. */
    public static long blockMeta(int length, int crc) {
        return (length & 0xFFFF_FFFFL) | ((long) crc << 32);
    }

    public static int blockLength(long blockMeta) {
        return (int) blockMeta;
    }

    public static int blockCrc(long blockMeta) {
        return (int) (blockMeta >>> 32);
    }
}
