package io.needletail.registry;

import io.needletail.registry.view.Addresses;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.EntryView;
import io.needletail.registry.view.EntryViews;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.ShortKeys;
import io.needletail.registry.view.SlotChecksum;
import io.needletail.registry.view.SlotLayout;
import io.needletail.registry.view.Status;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A shard's slots, directory and slab as their owner sees them. It finds, reads and hands out places; it changes slots only
 * through records (the engine's applier). For the owner thread alone.
 */
public final class Registry {
    /** The word of no live slot: those have a kind. */
    public static final int NOT_LIVE = 0;

    /** The address of no slot. */
    public static final long NO_SHORT_VALUE = 0;

    private final RegionHeader header;
    private final LiveHeader live;
    private final SlotChecksum checksum;
    private final KeyHash keyHash;
    private final Slab slab;
    private final KeyedSlots keyed;
    private final Directory directory;
    private final BatchFinder batchFinder;
    private final RetryTable retries;
    private final RotatingBitmap keyedFree;
    private final RotatingBitmap anonymousFree;
    private final OwnerCheck owner = new OwnerCheck();

    private final int shard;
    private final int shardBits;
    private final long keyedSlots;
    private final long slots;
    private final long keyedUnits;
    private final long anonymousUnits;
    private final long ringAddress;
    private final long regionAddress;

    public Registry(MemorySegment region) {
        header = RegionHeader.of(region);
        long base = region.address();
        regionAddress = base;
        RegionLayout layout = header.layout();
        live = new LiveHeader(base);
        checksum = new SlotChecksum(header.dataSetIdHigh(), header.dataSetIdLow(), header.shard());
        keyHash = new KeyHash(header.secret0(), header.secret1());
        shard = header.shard();
        shardBits = shard << 24;
        keyedSlots = header.sizing().keyedSlots();
        slots = keyedSlots + header.sizing().anonymousSlots();
        long keyedAddress = base + layout.keyedOffset();
        keyedUnits = Addresses.units(keyedAddress);
        anonymousUnits = Addresses.units(base + layout.anonymousOffset());
        ringAddress = base + layout.ringOffset();
        slab = new Slab(base, layout);
        keyed = new KeyedSlots(keyedAddress, keyedSlots, slab, keyHash);
        directory =
                new Directory(base + layout.directoryOffset(), layout.directoryBuckets(), keyed, BucketProbe.PREFERRED);
        retries = new RetryTable(base + layout.retryOffset(), header.sizing().retrySessions());
        batchFinder = new BatchFinder(this, directory, keyHash, keyed);
        keyedFree = new RotatingBitmap(keyedSlots);
        anonymousFree = new RotatingBitmap(slots - keyedSlots);
    }

    public RegionHeader header() {
        return header;
    }

    public LiveHeader live() {
        return live;
    }

    public SlotChecksum checksum() {
        return checksum;
    }

    public RetryTable retries() {
        return retries;
    }

    public Slab slab() {
        return slab;
    }

    public OwnerCheck owner() {
        return owner;
    }

    /** Of the region's first byte. */
    public long address() {
        return regionAddress;
    }

    public long ringAddress() {
        return ringAddress;
    }

    public boolean isKeyed(long slot) {
        assert slot >= 0 && slot < slots : "slot=" + slot + " slots=" + slots;
        return slot < keyedSlots;
    }

    /** Keyed and anonymous slots together; a slot number from outside must be below it. */
    public long slots() {
        return slots;
    }

    public long slotAddress(long slot) {
        return Addresses.of(slotUnits(slot));
    }

    private long slotUnits(long slot) {
        assert slot >= 0 && slot < slots : "slot=" + slot + " slots=" + slots;
        return slot < keyedSlots ? keyedUnits + slot * Addresses.UNITS_A_LINE : anonymousUnits + (slot - keyedSlots);
    }

    /** Whether {@link Handle#ownSlot} named a slot that there is: one question for a slot with a key. */
    private boolean isThere(long ownSlot) {
        return Long.compareUnsigned(ownSlot, keyedSlots) < 0 || Long.compareUnsigned(ownSlot, slots) < 0;
    }

    private long ownUnits(long ownSlot) {
        return Long.compareUnsigned(ownSlot, keyedSlots) < 0
                ? keyedUnits + ownSlot * Addresses.UNITS_A_LINE
                : anonymousUnits + (ownSlot - keyedSlots);
    }

    /** Reads an entry; plain loads, because the owner's own stores are in order for it. */
    public int get(long handle, Entry into) {
        assert owner.isOwner();
        long slot = Handle.slot(handle);
        if (slot >= keyedSlots && slot >= slots) { // one question for a slot with a key
            return Status.STALE_HANDLE;
        }
        long address = slotAddress(slot);
        int word = Loads.getInt(address + SlotLayout.WORD_OFFSET);
        if ((SlotLayout.generation(word) | shardBits) != (int) (handle >>> 32)) {
            return Status.STALE_HANDLE;
        }
        into.identify(handle, SlotLayout.version(Loads.getLong(address)));
        return take(address, SlotLayout.kind(word), into);
    }

    /** Shows an entry's short value where it lies, until the next change. */
    public int get(long handle, EntryView into) {
        assert owner.isOwner();
        long own = Handle.own(handle, shard);
        long slot = Handle.ownSlot(own);
        if (!isThere(slot)) {
            into.clear();
            return Status.STALE_HANDLE;
        }
        long units = ownUnits(slot);
        int word = Loads.getInt(Addresses.of(units) + SlotLayout.WORD_OFFSET);
        return show(units, SlotLayout.kindIn(word, Handle.ownGeneration(own)), into);
    }

    private static int show(long units, int kind, EntryView into) {
        if (SlotLayout.isInline(kind)) {
            into.show(units);
            return Status.OK;
        }
        into.clear();
        return whyUnseen(kind);
    }

    private static int show(long place, EntryView into) {
        if (place <= 0) {
            into.clear();
            return (int) -place;
        }
        into.show(place);
        return Status.OK;
    }

    /** Shows the short value of a key of up to 16 bytes where it lies. */
    public int get(long word0, long word1, int length, EntryView into) {
        assert owner.isOwner();
        if (length < 0 || length > Bytes.INLINE_LENGTH) {
            return show(-Status.KEY_TOO_LONG, into);
        }
        long place = directory.findPlace(word0, word1, length, keyHash.hashInline(word0, word1, length));
        if (place < 0) {
            return show(-Status.NOT_FOUND, into);
        }
        return show(place, SlotLayout.kind(Loads.getInt(Addresses.of(place) + SlotLayout.WORD_OFFSET)), into);
    }

    /** Shows the short values of so many handles, from an offset on, where they lie. */
    public void get(long[] handles, int offset, int length, EntryViews into) {
        Objects.checkFromIndexSize(offset, length, handles.length);
        into.begin(length);
        for (int i = 0; i < length; i++) {
            into.place(i, place(handles[offset + i]));
        }
    }

    /** Shows the short values of keys where they lie. */
    public void get(ShortKeys keys, EntryViews into) {
        assert owner.isOwner();
        int count = keys.count();
        into.begin(count);
        batchFinder.find(keys);
        for (int i = 0; i < count; i++) {
            long slot = batchFinder.slot(i);
            into.place(i, slot < 0 ? -Status.NOT_FOUND : placeFound(slot));
        }
    }

    /** Where the slot of a short value is, in {@link Addresses}' units; of what has none the status, negated. */
    private long place(long handle) {
        assert owner.isOwner();
        long own = Handle.own(handle, shard);
        long slot = Handle.ownSlot(own);
        if (!isThere(slot)) {
            return -Status.STALE_HANDLE;
        }
        long units = ownUnits(slot);
        int word = Loads.getInt(Addresses.of(units) + SlotLayout.WORD_OFFSET);
        return placeOf(units, SlotLayout.kindIn(word, Handle.ownGeneration(own)));
    }

    private long placeFound(long slot) {
        long units = keyedUnits + slot * Addresses.UNITS_A_LINE;
        return placeOf(units, SlotLayout.kind(Loads.getInt(Addresses.of(units) + SlotLayout.WORD_OFFSET)));
    }

    private static long placeOf(long units, int kind) {
        return SlotLayout.isInline(kind) ? units : -whyUnseen(kind);
    }

    private static int whyUnseen(int kind) {
        return switch (kind) {
            case SlotLayout.KIND_SLAB -> Status.VALUE_TOO_LONG;
            case SlotLayout.KIND_ABSENT -> Status.ABSENT;
            default -> Status.STALE_HANDLE;
        };
    }

    /**
     * The address of the slot that the handle names, when its value has 16 bytes: version and value can be read there, and
     * nothing is kept in between. Else {@link #NO_SHORT_VALUE}, and {@link #get(long, Entry)} says why.
     */
    public long shortValue(long handle) {
        assert owner.isOwner();
        long own = Handle.own(handle, shard);
        long slot = Handle.ownSlot(own);
        if (!isThere(slot)) {
            return NO_SHORT_VALUE;
        }
        long address = Addresses.of(ownUnits(slot));
        int kind = SlotLayout.kindIn(Loads.getInt(address + SlotLayout.WORD_OFFSET), Handle.ownGeneration(own));
        return kind == SlotLayout.KIND_INLINE + Bytes.INLINE_LENGTH ? address : NO_SHORT_VALUE;
    }

    /** Reads a word of the handle's slot, so that its cache line comes; of a handle beyond the slots, nothing. */
    public int touch(long handle) {
        assert owner.isOwner();
        long slot = Handle.slot(handle);
        return slot >= keyedSlots && slot >= slots ? 0 : Loads.getInt(slotAddress(slot) + SlotLayout.WORD_OFFSET);
    }

    /** Reads the entry of a key of up to 16 bytes, given as its two words, zero beyond its length. */
    public int get(long word0, long word1, int length, Entry into) {
        assert owner.isOwner();
        long hash = keyHash.hashInline(word0, word1, length);
        long place = directory.findPlace(word0, word1, length, hash);
        return place < 0 ? Status.NOT_FOUND : getFoundAt(place, keyed.slotAt(place), into);
    }

    /** Reads the entry in a slot that the directory has just named: it is live, and its handle is what its word says. */
    public int getFound(long slot, Entry into) {
        assert owner.isOwner();
        return getFoundAt(keyed.place(slot), slot, into);
    }

    private int getFoundAt(long place, long slot, Entry into) {
        long address = Addresses.of(place);
        int word = Loads.getInt(address + SlotLayout.WORD_OFFSET);
        into.identify(handle(slot, word), SlotLayout.version(Loads.getLong(address)));
        return take(address, SlotLayout.kind(word), into);
    }

    private int take(long address, int kind, Entry into) {
        if (SlotLayout.isInline(kind)) {
            into.value()
                    .setInline(
                            Loads.getLong(address + SlotLayout.VALUE_OFFSET),
                            Loads.getLong(address + SlotLayout.VALUE_OFFSET + 8),
                            kind - SlotLayout.KIND_INLINE);
            return Status.OK;
        }
        if (kind == SlotLayout.KIND_SLAB) {
            return takeBlock(address, into);
        }
        return kind == SlotLayout.KIND_ABSENT ? Status.ABSENT : Status.STALE_HANDLE;
    }

    private int takeBlock(long address, Entry into) {
        assert owner.isOwner();
        int length = SlotLayout.blockLength(Loads.getLong(address + SlotLayout.VALUE_OFFSET + 8));
        if (length > into.value().capacity()) {
            return Status.VALUE_TOO_LONG;
        }
        slab.copyTo(Loads.getLong(address + SlotLayout.VALUE_OFFSET), length, into.value());
        return Status.OK;
    }

    /** True when the handle names a live slot of this shard; the slot is then {@code Handle.slot(handle)}. */
    public boolean isLive(long handle) {
        return liveWord(handle) != NOT_LIVE;
    }

    /** The word of the live slot that the handle names, or {@link #NOT_LIVE}. */
    public int liveWord(long handle) {
        long slot = Handle.slot(handle);
        if (slot >= keyedSlots && slot >= slots) {
            return NOT_LIVE;
        }
        int word = word(slot);
        boolean isMeant = (SlotLayout.generation(word) | shardBits) == (int) (handle >>> 32);
        return isMeant && SlotLayout.kind(word) != SlotLayout.KIND_FREE ? word : NOT_LIVE;
    }

    public int word(long slot) {
        return Loads.getInt(slotAddress(slot) + SlotLayout.WORD_OFFSET);
    }

    public long handle(long slot) {
        return handle(slot, word(slot));
    }

    /** The handle of a slot whose word is known. */
    public long handle(long slot, int word) {
        return ((long) (SlotLayout.generation(word) | shardBits) << 32) | slot;
    }

    public long hash(Key key) {
        return keyHash.hash(key);
    }

    /** The key's slot, or -1. */
    public long find(Key key, long hash) {
        assert owner.isOwner();
        return directory.find(key, hash);
    }

    /** A batch's short keys are searched by somebody else's search from here on. */
    public void searchWith(KeySearch search) {
        batchFinder.searchWith(search);
    }

    /** A batch's short keys are searched in Java from here on, buckets compared with the widest vectors there are. */
    public void searchWithVectors() {
        searchInJava(BucketProbe.PREFERRED);
    }

    /** The same without vectors. */
    public void searchWithoutVectors() {
        searchInJava(new ScalarBucketProbe());
    }

    private void searchInJava(BucketProbe probe) {
        batchFinder.searchWith(null);
        batchFinder.probeWith(probe);
    }

    /** Finds all of a batch with overlapping waits; {@link #foundSlot} has the answers. */
    public void find(Batch batch) {
        assert owner.isOwner();
        batchFinder.find(batch);
    }

    /** The slot that the last batch's key has, or -1; of a handle the slot it names, which may not exist. */
    public long foundSlot(int index) {
        return batchFinder.slot(index);
    }

    public long foundHash(int index) {
        return batchFinder.hash(index);
    }

    /** A free keyed slot, not yet taken; -1 when there is none. */
    public long peekKeyed() {
        return keyedFree.peek();
    }

    /** A free anonymous slot, not yet taken; -1 when there is none. */
    public long peekAnonymous() {
        long index = anonymousFree.peek();
        return index < 0 ? -1 : keyedSlots + index;
    }

    /** The generation a free slot's next handle has; a slot that used them all up rested until this epoch. */
    public int nextGeneration(long slot) {
        assert SlotLayout.kind(word(slot)) == SlotLayout.KIND_FREE : "in use: slot=" + slot;
        int generation = SlotLayout.generation(word(slot));
        return generation == Handle.MAX_GENERATION ? 1 : generation + 1;
    }

    /** The address of a directory lane for a new key, after moves; 0 when the search for one failed. */
    public long reserveLane(long hash) {
        assert keyedFree.freeCount() > 0 : "a lane without a slot";
        assert owner.isOwner();
        return directory.reserve(hash);
    }

    /** A slab block for a value or a key, or {@link Slab#NONE}. */
    public long allocateBlock(int length) {
        assert length > Bytes.INLINE_LENGTH : "length=" + length;
        assert owner.isOwner();
        return slab.allocate(length);
    }

    /** The slab block that a slot's key stands in, or {@link Slab#NONE}. */
    public long keyBlock(long slot) {
        if (!isKeyed(slot)) {
            return Slab.NONE;
        }
        long address = slotAddress(slot);
        int length = SlotLayout.keyLength(Loads.getLong(address + SlotLayout.KEY_META_OFFSET));
        return isInline(length) ? Slab.NONE : Loads.getLong(address + SlotLayout.KEY_OFFSET);
    }

    public void freeBlock(long block) {
        assert owner.isOwner();
        slab.free(block);
    }

    public void takeKeyed(long slot, long lane, long hash) {
        assert lane != 0 : "no lane was reserved: slot=" + slot;
        assert keyedFree.isFree(slot) : "taken: slot=" + slot;
        assert owner.isOwner();
        assert isKeyed(slot) : "slot=" + slot;
        keyedFree.takePeeked(slot);
        directory.fill(lane, slot, hash);
    }

    /** Takes a slot for a key that will be written with the rest of its group, until {@link #settle()} or {@link #takeBack}. */
    public void takePending(long slot, long lane, long hash) {
        assert lane != 0 : "no lane was reserved: slot=" + slot;
        assert owner.isOwner();
        keyedFree.takePeeked(slot);
        directory.fillPending(lane, slot, hash);
    }

    /** Gives a pending slot and its lane back; it was never written. */
    public void takeBack(long slot, long hash) {
        assert owner.isOwner();
        assert SlotLayout.kind(word(slot)) == SlotLayout.KIND_FREE : "written: slot=" + slot;
        directory.takeBack(slot, hash);
        keyedFree.free(slot);
    }

    /** Every pending slot was written or given back. */
    public void settle() {
        directory.settle();
    }

    public void takeAnonymous(long slot) {
        assert !isKeyed(slot) : "slot=" + slot;
        assert owner.isOwner();
        anonymousFree.takePeeked(slot - keyedSlots);
    }

    /** Asks for the directory's lines of a keyed slot that will soon be forgotten; it must be live. */
    public void prefetchForget(long slot, Prefetcher prefetcher) {
        assert isKeyed(slot) : "slot=" + slot;
        assert SlotLayout.kind(word(slot)) != SlotLayout.KIND_FREE : "free: slot=" + slot;
        directory.prefetch(slot, prefetcher);
    }

    /** Forgets a keyed slot that is about to be freed; its key must still be in place. */
    public void forget(long slot) {
        assert isKeyed(slot) : "slot=" + slot;
        assert !keyedFree.isFree(slot) : "free already: slot=" + slot;
        assert owner.isOwner();
        directory.remove(slot);
    }

    /** Gives a freed slot back, unless its generations ran out: then it rests until the next epoch. */
    public void release(long slot) {
        assert SlotLayout.kind(word(slot)) == SlotLayout.KIND_FREE : "in use: slot=" + slot;
        assert owner.isOwner();
        if (SlotLayout.generation(word(slot)) == Handle.MAX_GENERATION) {
            return;
        }
        if (isKeyed(slot)) {
            keyedFree.free(slot);
        } else {
            anonymousFree.free(slot - keyedSlots);
        }
    }

    /** Rebuilds everything that is derived from the slots, and checks every slot on the way. */
    public Rebuild rebuild() {
        assert owner.isOwner();
        slab.freeAll();
        directory.clearAll();
        keyedFree.freeAll();
        anonymousFree.freeAll();
        Rebuild rebuild = new Rebuild(this, keyed, directory);
        rebuild.run();
        return rebuild;
    }

    void claimSlot(long slot) {
        assert owner.isOwner();
        assert slot >= 0 && slot < slots : "slot=" + slot;
        if (isKeyed(slot)) {
            keyedFree.take(slot);
        } else {
            anonymousFree.take(slot - keyedSlots);
        }
    }

    /** Walks all keys: for reports, not for a shard that serves. */
    public DirectoryShape directoryShape() {
        assert owner.isOwner();
        return directory.shape(keyedSlots);
    }

    public long keyedEntries() {
        return directory.entries();
    }

    public long freeKeyedSlots() {
        return keyedFree.freeCount();
    }

    public long freeAnonymousSlots() {
        return anonymousFree.freeCount();
    }

    public long freeBlocks() {
        return slab.freeBlocks();
    }

    /** Whether a key of this length lives in its slot. */
    public static boolean isInline(int length) {
        return length <= Bytes.INLINE_LENGTH;
    }
}
