package io.needletail.registry;

import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.SlabLayout;
import io.needletail.registry.view.SlotChecksum;
import io.needletail.registry.view.SlotLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Looks at one slot after another of a region in any state, of a living shard or a dead one, and says whether it is whole: a copy
 * that was taken between two equal versions is checked as a start checks it. For tools, and for one thread; nothing is written.
 */
public final class SlotLook {
    /** What a slot is. */
    public enum Finding {
        /** Free, or never used. */
        FREE,
        /** It has a handle, and no value. */
        ABSENT,
        VALUE,
        /** A change is under way, or its shard died inside one: the next start repairs it. */
        BEING_WRITTEN,
        SLOT_DAMAGED,
        KEY_DAMAGED,
        BLOCK_DAMAGED
    }

    private static final int TRIES = 10_000;
    private static final int WORDS = SlotLayout.KEYED_LENGTH / Long.BYTES;

    private final MemorySegment region;
    private final RegionLayout layout;
    private final long[] blocks;
    private final int maxKeyLength;
    private final int maxValueLength;
    private final int shard;
    private final SlotChecksum checksum;
    private final CRC32C crc = new CRC32C();
    private final long[] words = new long[WORDS];

    private long slot;
    private byte[] key;
    private byte[] value;

    public SlotLook(MemorySegment region) {
        this.region = region;
        RegionHeader header = RegionHeader.of(region);
        layout = header.layout();
        blocks = header.sizing().slabBlocks();
        maxKeyLength = header.sizing().maxKeyLength();
        maxValueLength = header.sizing().maxValueLength();
        shard = header.shard();
        checksum = new SlotChecksum(header.dataSetIdHigh(), header.dataSetIdLow(), shard);
    }

    /** Keyed slots come first, then those without a key. */
    public long slots() {
        return layout.sizing().keyedSlots() + layout.sizing().anonymousSlots();
    }

    /** Looks at the next one; what it is made of stands here until then. */
    public Finding at(long newSlot) {
        slot = newSlot;
        for (int tries = 0; tries < TRIES; tries++) {
            key = null;
            value = null;
            copyWords();
            Finding finding = find();
            VarHandle.loadLoadFence();
            boolean isStill =
                    words[0] == (long) ValueLayout.JAVA_LONG.varHandle().getOpaque(region, address());
            if (isStill && (words[0] & 1) == 0) {
                return finding;
            }
        }
        return Finding.BEING_WRITTEN;
    }

    private long address() {
        return isKeyed()
                ? layout.keyedOffset() + slot * SlotLayout.KEYED_LENGTH
                : layout.anonymousOffset() + (slot - layout.sizing().keyedSlots()) * SlotLayout.ANONYMOUS_LENGTH;
    }

    private void copyWords() {
        Arrays.fill(words, 0);
        int count = (isKeyed() ? SlotLayout.KEYED_LENGTH : SlotLayout.ANONYMOUS_LENGTH) / Long.BYTES;
        words[0] = (long) ValueLayout.JAVA_LONG.varHandle().getAcquire(region, address());
        for (int i = 1; i < count; i++) {
            words[i] = (long) ValueLayout.JAVA_LONG.varHandle().getOpaque(region, address() + (long) i * Long.BYTES);
        }
    }

    private Finding find() {
        if (words[0] == 0) {
            return isUnused() ? Finding.FREE : Finding.SLOT_DAMAGED;
        }
        boolean isSealed = (words[0] & 1) == 0
                && SlotLayout.hasDeadline(word()) == (deadlineNs() > 0)
                && deadlineNs() >= 0
                && checksum.of(slot, word(), words[0], words[2], words[3], deadlineNs())
                        == SlotLayout.checksum(words[1]);
        int kind = SlotLayout.kind(word());
        if (!isSealed || kind > SlotLayout.KIND_SLAB) {
            return Finding.SLOT_DAMAGED;
        }
        if (kind == SlotLayout.KIND_FREE) {
            return Finding.FREE;
        }
        if (isKeyed() && !takeKey()) {
            return Finding.KEY_DAMAGED;
        }
        if (kind == SlotLayout.KIND_ABSENT) {
            return Finding.ABSENT;
        }
        return takeValue(kind) ? Finding.VALUE : Finding.BLOCK_DAMAGED;
    }

    private boolean isUnused() {
        long any = 0;
        for (long word : words) {
            any |= word;
        }
        return any == 0;
    }

    private boolean takeKey() {
        long meta = words[SlotLayout.KEY_META_OFFSET / Long.BYTES];
        int length = SlotLayout.keyLength(meta);
        if (meta >>> SlotLayout.KEY_META_BITS != 0 || length > maxKeyLength) {
            return false;
        }
        long word0 = words[SlotLayout.KEY_OFFSET / Long.BYTES];
        long word1 = words[WORDS - 1];
        boolean isInline = length <= Bytes.INLINE_LENGTH;
        boolean isPadded = isInline ? isZeroBehind(inline(word0, word1, Bytes.INLINE_LENGTH), length) : word1 == 0;
        key = isInline ? inline(word0, word1, length) : block(word0, length);
        return isPadded && key != null && crcOf(key) == SlotLayout.keyCrc(meta);
    }

    private static boolean isZeroBehind(byte[] bytes, int length) {
        boolean isZero = true;
        for (int i = length; i < bytes.length; i++) {
            isZero &= bytes[i] == 0;
        }
        return isZero;
    }

    private boolean takeValue(int kind) {
        if (kind < SlotLayout.KIND_SLAB) {
            value = inline(words[2], words[3], kind - SlotLayout.KIND_INLINE);
            return true;
        }
        int length = SlotLayout.blockLength(words[3]);
        value = length >= 0 && length <= maxValueLength ? block(words[2], length) : null;
        return value != null && crcOf(value) == SlotLayout.blockCrc(words[3]);
    }

    private static byte[] inline(long word0, long word1, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ((i < Long.BYTES ? word0 : word1) >>> (i % Long.BYTES * Byte.SIZE));
        }
        return bytes;
    }

    /** A copy of a block's bytes, or null for what is no block; of a length that fits it. */
    private byte[] block(long reference, int length) {
        int sizeClass = SlabLayout.sizeClass(reference);
        boolean isBlock = sizeClass < SlabLayout.CLASSES
                && SlabLayout.index(reference) < blocks[sizeClass]
                && length <= SlabLayout.blockLength(sizeClass);
        if (!isBlock) {
            return null;
        }
        long offset = layout.slabOffset(sizeClass) + SlabLayout.index(reference) * SlabLayout.blockLength(sizeClass);
        return region.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private int crcOf(byte[] bytes) {
        crc.reset();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }

    private int word() {
        return SlotLayout.word(words[1]);
    }

    public boolean isKeyed() {
        return slot < layout.sizing().keyedSlots();
    }

    public long version() {
        return SlotLayout.version(words[0]);
    }

    public long handle() {
        return Handle.of(shard, SlotLayout.generation(word()), slot);
    }

    /** Ns since 1970; 0 for none. */
    public long deadlineNs() {
        return words[SlotLayout.DEADLINE_OFFSET / Long.BYTES];
    }

    /** Null of a slot that has none. */
    public byte[] key() {
        return key;
    }

    /** Null of a slot that has none. */
    public byte[] value() {
        return value;
    }

    /** Bytes of the slab that the last look found in use, by size class; added to {@code blocksInUse}. */
    public void addBlocks(long[] blocksInUse) {
        if (value != null && SlotLayout.kind(word()) == SlotLayout.KIND_SLAB) {
            blocksInUse[SlabLayout.sizeClass(words[2])]++;
        }
        if (key != null && key.length > Bytes.INLINE_LENGTH) {
            blocksInUse[SlabLayout.sizeClass(words[SlotLayout.KEY_OFFSET / Long.BYTES])]++;
        }
    }
}
