package io.needletail.registry.view;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Reads entries of a region that another thread or process writes, without asking it: the reader's half of the version
 * protocol. For one thread. The mapping it was made from must stay open until {@link #close()}, after which every handle is
 * answered with {@link Status#REGION_RETIRED}.
 *
 * <p>A writer that died inside a change leaves its slot odd. The reader spins while the writer's lease holds, consulting the
 * clock every {@value #SPINS_PER_CLOCK_READ} spins, and then answers {@link Status#WRITER_UNAVAILABLE}; should the clock
 * stand still it gives up after {@value #MAX_SPINS} spins, about a second.
 */
public final class SlotReader implements EntryReader {
    private static final int SPINS_PER_CLOCK_READ = 256;
    private static final int MAX_SPINS = 1 << 25;

    private final MonotonicClock clock;
    private final RegionHeader header;
    private final long[] slabAddresses = new long[SlabLayout.CLASSES];
    private final long[] slabBlocks;
    private final int shardBits;
    private final int maxKeyLength;
    private final int maxValueLength;
    private final long keyedSlots;
    private final long keyedUnits;
    private final long anonymousUnits;
    private final long baseAddress;
    private final long stateUnits;
    private final long leaseAddress;
    private final boolean takesMirror;

    private long slots;
    private long servingWord;
    private long retries;
    private boolean closed;

    public SlotReader(MemorySegment region, MonotonicClock clock) {
        this(region, clock, false);
    }

    /** @param takesMirror whether the region of a mirror, which may lag behind, is read too: see {@link #asOfNs} */
    public SlotReader(MemorySegment region, MonotonicClock clock, boolean takesMirror) {
        this.takesMirror = takesMirror;
        assert region.isNative() : "a region is native memory";
        this.clock = clock;
        header = RegionHeader.of(region);
        long base = region.address();
        baseAddress = base;
        RegionLayout layout = header.layout();
        for (int i = 0; i < slabAddresses.length; i++) {
            slabAddresses[i] = base + layout.slabOffset(i);
        }
        slabBlocks = header.sizing().slabBlocks();
        shardBits = header.shard() << 24;
        maxKeyLength = header.sizing().maxKeyLength();
        maxValueLength = header.sizing().maxValueLength();
        keyedSlots = header.sizing().keyedSlots();
        slots = keyedSlots + header.sizing().anonymousSlots();
        keyedUnits = Addresses.units(base + layout.keyedOffset());
        anonymousUnits = Addresses.units(base + layout.anonymousOffset());
        stateUnits = Addresses.units(base + RegionLayout.STATE_OFFSET);
        leaseAddress = base + RegionLayout.LEASE_OFFSET;
        servingWord = servingWordNow();
    }

    private long servingWordNow() {
        long word = Loads.getLongAcquire(Addresses.of(stateUnits));
        boolean isMirror = takesMirror && RegionState.state(word) == RegionState.MIRROR;
        return RegionState.of(isMirror ? RegionState.MIRROR : RegionState.SERVING, RegionState.epoch(word));
    }

    @Override
    public int get(long handle, Entry into) {
        long slot = Handle.slot(handle);
        if (slot >= slots) {
            return closed ? Status.REGION_RETIRED : Status.STALE_HANDLE;
        }
        int status = readSlot(slotAddress(slot), (int) (handle >>> 32), into);
        into.identify(handle, into.version());
        return status;
    }

    @Override
    public int get(long handle, int level, Entry into) {
        if (!Level.isLevel(level)) {
            return Status.INVALID_REQUEST;
        }
        int status = get(handle, into);
        boolean read = status == Status.OK || status == Status.ABSENT;
        if (level == Level.MEMORY || !read || into.version() <= reached(level)) {
            return status;
        }
        into.value().clear();
        return Status.NOT_YET;
    }

    private long reached(int level) {
        return Loads.getLongAcquire(baseAddress + RegionLayout.levelOffset(level));
    }

    /** Odd while a group of changes is being applied; loaded with acquire. */
    long groupSequence() {
        return closed ? 0 : Loads.getLongAcquire(baseAddress + RegionLayout.GROUP_SEQUENCE_OFFSET);
    }

    private long slotAddress(long slot) {
        assert slot >= 0 && slot < slots : "slot=" + slot + " slots=" + slots;
        return Addresses.of(
                slot < keyedSlots ? keyedUnits + slot * Addresses.UNITS_A_LINE : anonymousUnits + (slot - keyedSlots));
    }

    /** One pass of the protocol in the common case; whatever is unusual goes to {@link #retry}. */
    private int readSlot(long address, int identity, Entry into) {
        long version = Loads.getLongAcquire(address);
        if ((version & 1) != 0) {
            return retry(address, identity, into);
        }
        int status = take(address, Loads.getIntOpaque(address + SlotLayout.WORD_OFFSET), identity, into);
        VarHandle.loadLoadFence();
        if (Loads.getLongOpaque(address) != version) {
            return retry(address, identity, into);
        }
        if (Loads.getLongOpaque(Addresses.of(stateUnits)) != servingWord) {
            return notServing();
        }
        into.identify(Handle.NULL, version >>> 1);
        return status;
    }

    /** Loads where it is needed and not before; nothing of it counts until the version was seen unchanged. */
    private int take(long address, int word, int identity, Entry into) {
        if ((SlotLayout.generation(word) | shardBits) != identity) {
            return Status.STALE_HANDLE;
        }
        int kind = SlotLayout.kind(word);
        if (kind >= SlotLayout.KIND_INLINE && kind < SlotLayout.KIND_SLAB) {
            into.value()
                    .setInline(
                            Loads.getLongOpaque(address + SlotLayout.VALUE_OFFSET),
                            Loads.getLongOpaque(address + SlotLayout.VALUE_OFFSET + 8),
                            kind - SlotLayout.KIND_INLINE);
            return Status.OK;
        }
        if (kind == SlotLayout.KIND_SLAB) {
            return takeBlock(
                    Loads.getLongOpaque(address + SlotLayout.VALUE_OFFSET),
                    SlotLayout.blockLength(Loads.getLongOpaque(address + SlotLayout.VALUE_OFFSET + 8)),
                    into);
        }
        return kind == SlotLayout.KIND_ABSENT ? Status.ABSENT : Status.STALE_HANDLE;
    }

    /** Offsets and lengths from a slot that may be torn are bounds-checked before they are followed. */
    private int takeBlock(long block, int length, Entry into) {
        if (length < 0 || length > maxValueLength || !isBlock(block, length)) {
            return Status.STALE_HANDLE; // torn: the version check that follows discards this answer
        }
        if (length > into.value().capacity()) {
            return Status.VALUE_TOO_LONG;
        }
        into.value().setFromMemory(blockAddress(block), length);
        return Status.OK;
    }

    private boolean isBlock(long block, int length) {
        int sizeClass = SlabLayout.sizeClass(block);
        return sizeClass < SlabLayout.CLASSES
                && SlabLayout.index(block) < slabBlocks[sizeClass]
                && length <= SlabLayout.blockLength(sizeClass);
    }

    private long blockAddress(long block) {
        assert SlabLayout.sizeClass(block) < SlabLayout.CLASSES : "block=" + Long.toHexString(block);
        int sizeClass = SlabLayout.sizeClass(block);
        return slabAddresses[sizeClass] + SlabLayout.index(block) * SlabLayout.blockLength(sizeClass);
    }

    private int retry(long address, int identity, Entry into) {
        for (int spins = 1; spins <= MAX_SPINS; spins++) {
            retries++;
            long version = Loads.getLongAcquire(address);
            if ((version & 1) == 0) {
                int status = take(address, Loads.getIntOpaque(address + SlotLayout.WORD_OFFSET), identity, into);
                VarHandle.loadLoadFence();
                if (Loads.getLongOpaque(address) == version) {
                    into.identify(Handle.NULL, version >>> 1);
                    return Loads.getLongOpaque(Addresses.of(stateUnits)) == servingWord ? status : notServing();
                }
            } else if (spins % SPINS_PER_CLOCK_READ == 0 && !isWriterAlive()) {
                return Status.WRITER_UNAVAILABLE;
            }
            clock.pause();
        }
        return Status.WRITER_UNAVAILABLE;
    }

    private int notServing() {
        long word = Loads.getLongOpaque(Addresses.of(stateUnits));
        switch (RegionState.state(word)) {
            case RegionState.SERVING:
                return Status.EPOCH_CHANGED;
            case RegionState.MIRROR:
                return takesMirror ? Status.EPOCH_CHANGED : Status.WRITER_UNAVAILABLE;
            case RegionState.RETIRED:
                return Status.REGION_RETIRED;
            case RegionState.FAILED:
                return Status.REGION_FAILED;
            default:
                return Status.WRITER_UNAVAILABLE;
        }
    }

    /**
     * Reads slot {@code slot} with its key, for scans.
     *
     * @return {@link Status#OK}, {@link Status#ABSENT}, {@link Status#NOT_FOUND} for a free slot, or why the region cannot be read
     */
    public int readKeyed(long slot, Key key, Entry into) {
        if (slot < 0 || slot >= Math.min(keyedSlots, slots)) {
            return closed ? Status.REGION_RETIRED : Status.NOT_FOUND;
        }
        long address = slotAddress(slot);
        for (int spins = 1; spins <= MAX_SPINS; spins++) {
            long version = Loads.getLongAcquire(address);
            int word = Loads.getIntOpaque(address + SlotLayout.WORD_OFFSET);
            boolean whole = (version & 1) == 0 && takeKey(address, key);
            int identity = SlotLayout.generation(word) | shardBits;
            int status = whole ? take(address, word, identity, into) : Status.STALE_HANDLE;
            VarHandle.loadLoadFence();
            if (whole && Loads.getLongOpaque(address) == version) {
                into.identify(((long) identity << 32) | slot, version >>> 1);
                if (Loads.getLongOpaque(Addresses.of(stateUnits)) != servingWord) {
                    return notServing();
                }
                return status == Status.STALE_HANDLE ? Status.NOT_FOUND : status;
            }
            retries++;
            if (spins % SPINS_PER_CLOCK_READ == 0 && !isWriterAlive()) {
                return Status.WRITER_UNAVAILABLE;
            }
            clock.pause();
        }
        return Status.WRITER_UNAVAILABLE;
    }

    private boolean takeKey(long address, Key key) {
        int length = SlotLayout.keyLength(Loads.getLongOpaque(address + SlotLayout.KEY_META_OFFSET));
        long word0 = Loads.getLongOpaque(address + SlotLayout.KEY_OFFSET);
        if (length <= Bytes.INLINE_LENGTH) {
            key.setInline(word0, Loads.getLongOpaque(address + SlotLayout.KEY_OFFSET + 8), length);
            return true;
        }
        if (length > maxKeyLength || !isBlock(word0, length)) {
            return false;
        }
        key.setFromMemory(blockAddress(word0), length);
        return true;
    }

    /** Whether the writer's lease holds now. */
    public boolean isWriterAlive() {
        return !closed && Loads.getLongOpaque(leaseAddress) - clock.nowNs() >= 0;
    }

    /** Times a read had to be taken again because the entry was being written. */
    public long retries() {
        return retries;
    }

    /** The epoch whose handles this reader accepts. */
    public long epoch() {
        return RegionState.epoch(servingWord);
    }

    /** The epoch the region is in now. */
    public long currentEpoch() {
        return closed ? epoch() : RegionState.epoch(Loads.getLongAcquire(Addresses.of(stateUnits)));
    }

    /** Accepts the handles of the region's present epoch from here on; those of the old one must be revalidated first. */
    public void adoptEpoch() {
        servingWord = closed ? servingWord : servingWordNow();
    }

    /**
     * Of a mirror: every change that its primary had made by then is in what is read behind this call, by this machine's clock. 0 when that is not
     * known, or it is no mirror.
     */
    public long asOfNs() {
        boolean isMirror = RegionState.state(servingWord) == RegionState.MIRROR;
        return closed || !isMirror ? 0 : Loads.getLongAcquire(baseAddress + RegionLayout.AS_OF_OFFSET);
    }

    /** Whether it was a mirror's when its epoch was taken. */
    public boolean isMirror() {
        return RegionState.state(servingWord) == RegionState.MIRROR;
    }

    public RegionHeader header() {
        return header;
    }

    /** No load touches the mapping after this. */
    public void close() {
        closed = true;
        slots = 0;
    }
}
