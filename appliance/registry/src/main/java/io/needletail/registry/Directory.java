package io.needletail.registry;

import io.needletail.registry.view.Addresses;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionLayout;

/**
 * Key to slot. Two candidate buckets a key, each one cache line of eight lanes {@code fingerprint:32 | slot+1:32}, so that a
 * lookup is at most two bucket lines and one slot line. The keyed hash chooses the buckets and is the fingerprint. Insertion
 * into two full buckets moves lanes to their other bucket by a breadth-first search of at most {@value #MAX_SEARCH} buckets,
 * then refuses. Owner only: no reader ever looks here, and it is rebuilt at every start.
 */
final class Directory {
    static final long NOT_FOUND = -1;
    /** Of a match's bit number: twice the lane. */
    private static final int LANE_BITS = 0b1110;
    /** At load 0.85 a search of 64 buckets has never failed on random keys; 512 keeps the refusal for hopeless cases. */
    static final int MAX_SEARCH = 512;

    private final long address;
    private final long units;
    private final long buckets;
    private final KeyedSlots slots;
    private final BucketProbe probe;

    private final long[] searchBucket = new long[MAX_SEARCH];
    private final int[] searchParent = new int[MAX_SEARCH];
    private final int[] searchLane = new int[MAX_SEARCH];

    /** Keys of slots that a group has taken and not written yet: the slot cannot say its hash. */
    private final long[] pendingSlots = new long[Batch.MAX_LENGTH];

    private final long[] pendingHashes = new long[Batch.MAX_LENGTH];
    private int pending;
    private long entries;

    Directory(long address, long buckets, KeyedSlots slots, BucketProbe probe) {
        assert buckets >= 2 && buckets < 1L << 32 : "buckets=" + buckets;
        this.address = address;
        units = Addresses.units(address);
        this.buckets = buckets;
        this.slots = slots;
        this.probe = probe;
    }

    /** The key's slot, or {@link #NOT_FOUND}. */
    long find(Key key, long hash) {
        int fingerprint = KeyHash.fingerprint(hash);
        long found = findIn(bucketAddress(firstBucket(hash)), key, fingerprint);
        return found >= 0 ? found : findIn(bucketAddress(secondBucket(hash)), key, fingerprint);
    }

    private long findIn(long bucket, Key key, int fingerprint) {
        for (long matches = match(bucket, fingerprint); matches != 0; matches &= matches - 1) {
            long slot = slotIn(bucket, matches);
            if (slot >= 0 && slots.keyEquals(slot, key)) {
                return slot;
            }
        }
        return NOT_FOUND;
    }

    /** The slot of a key of up to 16 bytes, given as its two words, or {@link #NOT_FOUND}. */
    long find(long word0, long word1, int length, long hash) {
        long place = findPlace(word0, word1, length, hash);
        return place < 0 ? NOT_FOUND : slots.slotAt(place);
    }

    /** The same as the slot's place, in {@link Addresses}' units: who goes on to read there makes no second address of it. */
    long findPlace(long word0, long word1, int length, long hash) {
        int fingerprint = KeyHash.fingerprint(hash);
        long found = findPlaceIn(bucketAddress(firstBucket(hash)), word0, word1, length, fingerprint);
        return found >= 0 ? found : findPlaceIn(bucketAddress(secondBucket(hash)), word0, word1, length, fingerprint);
    }

    private long findPlaceIn(long bucket, long word0, long word1, int length, int fingerprint) {
        for (long matches = match(bucket, fingerprint); matches != 0; matches &= matches - 1) {
            long slot = slotIn(bucket, matches);
            if (slot >= 0) {
                long place = slots.place(slot);
                if (slots.keyEqualsAt(place, word0, word1, length)) {
                    return place;
                }
            }
        }
        return NOT_FOUND;
    }

    /** The preferred probe is a constant for the compiler: it asks no object for its class. */
    private long match(long bucket, int fingerprint) {
        return probe == BucketProbe.PREFERRED
                ? BucketProbe.PREFERRED.match(bucket, fingerprint)
                : probe.match(bucket, fingerprint);
    }

    /** The slot of the first lane that matched in the first bucket. */
    long slotOf(long hash, long matches) {
        return slotIn(firstBucketAddress(hash), matches);
    }

    /**
     * The lowest match is bit 2 * lane + 1; the slot is the lower half of its lane. Masked, for the compiler too, the offset is
     * inside the bucket, and it leaves the check of the address out.
     */
    private static long slotIn(long bucket, long matches) {
        long offset = (Long.numberOfTrailingZeros(matches) & LANE_BITS) * 4L;
        return Integer.toUnsignedLong(Loads.getInt(bucket + offset)) - 1;
    }

    long address() {
        return address;
    }

    long buckets() {
        return buckets;
    }

    /** Asks for the lines that {@link #remove} will look at. */
    void prefetch(long slot, Prefetcher prefetcher) {
        long hash = slots.hash(slot);
        prefetcher.prefetchForWrite(bucketAddress(firstBucket(hash)), bucketAddress(secondBucket(hash)));
    }

    /** Loads from both buckets of a hash, for nothing but having their lines here. */
    long touch(long hash) {
        return Loads.getLong(bucketAddress(firstBucket(hash))) | Loads.getLong(bucketAddress(secondBucket(hash)));
    }

    long firstBucketAddress(long hash) {
        return bucketAddress(firstBucket(hash));
    }

    /** A slot of the first bucket that has the fingerprint and so most likely the key, or {@link #NOT_FOUND}. */
    long candidate(long hash) {
        long bucket = firstBucketAddress(hash);
        long matches = match(bucket, KeyHash.fingerprint(hash));
        if (matches == 0) {
            return NOT_FOUND;
        }
        return slotIn(bucket, matches);
    }

    /** The candidate when it has the key, else what {@link #find} says. */
    long confirm(long candidate, Key key, long hash) {
        assert candidate >= NOT_FOUND : "candidate=" + candidate;
        boolean confirmed = candidate >= 0 && slots.keyEquals(candidate, key);
        return confirmed ? candidate : find(key, hash);
    }

    /** Whether a slot with the same key as {@code slot} is in already; for the rebuild. */
    boolean holdsKeyOf(long slot, long hash) {
        int fingerprint = KeyHash.fingerprint(hash);
        return holdsKeyOf(slot, bucketAddress(firstBucket(hash)), fingerprint)
                || holdsKeyOf(slot, bucketAddress(secondBucket(hash)), fingerprint);
    }

    private boolean holdsKeyOf(long slot, long bucket, int fingerprint) {
        for (long matches = match(bucket, fingerprint); matches != 0; matches &= matches - 1) {
            long found = slotIn(bucket, matches);
            if (found >= 0 && slots.keysEqual(found, slot)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Makes room for a key that is not there: after moves, if need be, the address of an empty lane in one of its buckets;
     * 0 when the search failed. Moves change where keys stand, never what is found.
     */
    long reserve(long hash) {
        assert entries < lanes() : "entries=" + entries;
        long lane = emptyLane(firstBucket(hash));
        if (lane == 0) {
            lane = emptyLane(secondBucket(hash));
        }
        return lane != 0 ? lane : search(firstBucket(hash), secondBucket(hash));
    }

    void fill(long laneAddress, long slot, long hash) {
        assert laneAddress >= address && laneAddress < bucketAddress(buckets) : "lane=" + laneAddress;
        assert (laneAddress & 7) == 0 : "lane=" + laneAddress;
        assert slot >= 0 : "slot=" + slot;
        assert Loads.getLong(laneAddress) == 0 : "lane taken: slot=" + slot;
        Stores.putLong(laneAddress, lane(slot, hash));
        entries++;
    }

    /** Fills a lane for a slot whose key will be written with the rest of its group. */
    void fillPending(long laneAddress, long slot, long hash) {
        assert pending < Batch.MAX_LENGTH : "pending=" + pending;
        fill(laneAddress, slot, hash);
        pendingSlots[pending] = slot;
        pendingHashes[pending] = hash;
        pending++;
    }

    /** All pending slots have their keys now, or their lanes were taken back. */
    void settle() {
        pending = 0;
    }

    /** Takes back the lane of a pending slot. */
    void takeBack(long slot, long hash) {
        assert pending > 0 : "nothing pending: slot=" + slot;
        long wanted = lane(slot, hash);
        boolean removed = clear(firstBucket(hash), wanted) || clear(secondBucket(hash), wanted);
        assert removed : "no lane: slot=" + slot;
        entries--;
    }

    private long hashOf(long slot) {
        for (int i = 0; i < pending; i++) {
            if (pendingSlots[i] == slot) {
                return pendingHashes[i];
            }
        }
        return slots.hash(slot);
    }

    /** Removes the lane of a slot whose key is still in place. */
    void remove(long slot) {
        assert entries > 0 : "entries=" + entries;
        assert slot >= 0 : "slot=" + slot;
        long hash = slots.hash(slot);
        long wanted = lane(slot, hash);
        boolean removed = clear(firstBucket(hash), wanted) || clear(secondBucket(hash), wanted);
        assert removed : "no lane: slot=" + slot;
        entries--;
    }

    private boolean clear(long bucket, long wanted) {
        assert wanted != 0 : "an empty lane cannot be cleared";
        assert bucket >= 0 && bucket < buckets : "bucket=" + bucket;
        for (int i = 0; i < RegionLayout.BUCKET_LANES; i++) {
            long lane = bucketAddress(bucket) + i * 8L;
            if (Loads.getLong(lane) == wanted) {
                Stores.putLong(lane, 0L);
                return true;
            }
        }
        return false;
    }

    void clearAll() {
        Loads.memory().asSlice(address, buckets * RegionLayout.BUCKET_LENGTH).fill((byte) 0);
        entries = 0;
    }

    long entries() {
        return entries;
    }

    long lanes() {
        return buckets * RegionLayout.BUCKET_LANES;
    }

    /** Looks every live key up, for {@link DirectoryShape}. */
    DirectoryShape shape(long keyedSlots) {
        long inFirst = 0;
        long looked = 0;
        long lookedByCrc = 0;
        for (long slot = 0; slot < keyedSlots; slot++) {
            if (!slots.isLive(slot)) {
                continue;
            }
            long hash = slots.hash(slot);
            long wanted = lane(slot, hash);
            long first = bucketAddress(firstBucket(hash));
            boolean isFirst = laneOf(first, wanted) < RegionLayout.BUCKET_LANES;
            inFirst += isFirst ? 1 : 0;
            looked += 1 + before(first, wanted, slot, false);
            lookedByCrc += 1 + before(first, wanted, slot, true);
            if (!isFirst) {
                long second = bucketAddress(secondBucket(hash));
                looked += before(second, wanted, slot, false);
                lookedByCrc += before(second, wanted, slot, true);
            }
        }
        return new DirectoryShape(entries, lanes(), inFirst, looked, lookedByCrc);
    }

    private static int laneOf(long bucket, long wanted) {
        int lane = 0;
        while (lane < RegionLayout.BUCKET_LANES && Loads.getLong(bucket + lane * 8L) != wanted) {
            lane++;
        }
        return lane;
    }

    /** Lanes in front of the wanted one that a lookup follows in vain, for their fingerprint or for their key's CRC. */
    private int before(long bucket, long wanted, long slot, boolean byCrc) {
        int end = laneOf(bucket, wanted);
        int count = 0;
        for (int i = 0; i < end; i++) {
            long lane = Loads.getLong(bucket + i * 8L);
            if (lane != 0) {
                boolean same = byCrc
                        ? slots.keyCrc((lane & 0xFFFF_FFFFL) - 1) == slots.keyCrc(slot)
                        : lane >>> 32 == wanted >>> 32;
                count += same ? 1 : 0;
            }
        }
        return count;
    }

    private long search(long first, long second) {
        assert first >= 0 && first < buckets : "first=" + first;
        assert second >= 0 && second < buckets : "second=" + second;
        int tail = 0;
        tail = enqueue(tail, first, -1, -1);
        tail = enqueue(tail, second, -1, -1);
        for (int head = 0; head < tail; head++) {
            for (int lane = 0; lane < RegionLayout.BUCKET_LANES && tail < MAX_SEARCH; lane++) {
                long other = otherBucket(searchBucket[head], lane);
                long empty = emptyLane(other);
                if (empty != 0) {
                    return moveAlong(head, lane, empty);
                }
                tail = enqueue(tail, other, head, lane);
            }
        }
        return 0;
    }

    private int enqueue(int tail, long bucket, int parent, int lane) {
        assert tail >= 0 && tail < MAX_SEARCH : "tail=" + tail;
        assert bucket >= 0 && bucket < buckets : "bucket=" + bucket;
        for (int i = 0; i < tail; i++) {
            if (searchBucket[i] == bucket) {
                return tail; // seen: a second visit could close a cycle of moves
            }
        }
        searchBucket[tail] = bucket;
        searchParent[tail] = parent;
        searchLane[tail] = lane;
        return tail + 1;
    }

    /** Moves the lane found last into the empty one, then each parent's lane into the one just vacated. */
    private long moveAlong(int node, int lane, long empty) {
        assert Loads.getLong(empty) == 0 : "not empty: lane=" + empty;
        assert node >= 0 && node < MAX_SEARCH : "node=" + node;
        long target = empty;
        int from = node;
        int fromLane = lane;
        while (true) {
            long source = bucketAddress(searchBucket[from]) + fromLane * 8L;
            Stores.putLong(target, Loads.getLong(source));
            Stores.putLong(source, 0L);
            target = source;
            if (searchParent[from] < 0) {
                return target;
            }
            fromLane = searchLane[from];
            from = searchParent[from];
        }
    }

    private long otherBucket(long bucket, int lane) {
        assert lane >= 0 && lane < RegionLayout.BUCKET_LANES : "lane=" + lane;
        assert Loads.getLong(bucketAddress(bucket) + lane * 8L) != 0 : "empty lane: bucket=" + bucket;
        long slot = (Loads.getLong(bucketAddress(bucket) + lane * 8L) & 0xFFFF_FFFFL) - 1;
        long hash = hashOf(slot);
        long first = firstBucket(hash);
        return first == bucket ? secondBucket(hash) : first;
    }

    private long emptyLane(long bucket) {
        long at = bucketAddress(bucket);
        for (int i = 0; i < RegionLayout.BUCKET_LANES; i++) {
            if (Loads.getLong(at + i * 8L) == 0) {
                return at + i * 8L;
            }
        }
        return 0;
    }

    /** Multiply-shift maps 32 hash bits to a bucket, so that the count need not be a power of two. */
    private long firstBucket(long hash) {
        return ((hash >>> 32) * buckets) >>> 32;
    }

    private long secondBucket(long hash) {
        return ((hash & 0xFFFF_FFFFL) * buckets) >>> 32;
    }

    private long bucketAddress(long bucket) {
        return Addresses.of(units + bucket * Addresses.UNITS_A_LINE);
    }

    private static long lane(long slot, long hash) {
        return ((long) KeyHash.fingerprint(hash) << 32) | (slot + 1);
    }
}
