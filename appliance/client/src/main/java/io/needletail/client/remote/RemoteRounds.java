package io.needletail.client.remote;

import io.needletail.client.Staleness;
import io.needletail.rdma.PostedReads;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.MonotonicClock;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Up to 16 entries asked for together, with the live lines last: what came torn is asked for again, and all of it when the lease cannot be
 * said to hold. For one thread.
 */
final class RemoteRounds {
    /** Of an entry that changes all the time; each is a read, so it is hardly ever more than one. */
    private static final int MOST = 10_000;

    private final PostedReads reads;
    private final RemoteSlots slots;
    private final RemoteLive live;
    private final LeaseWatch lease;
    private final Staleness staleness;
    private final MonotonicClock clock;
    private final MemorySegment memory;
    private final long base;
    private final int blockLength;
    private final int blocks;
    private final long patienceNs;

    private final long[] handles = new long[RemoteLayout.BATCH];
    private final Entry[] entries = new Entry[RemoteLayout.BATCH];
    private final int[] statuses = new int[RemoteLayout.BATCH];
    private int count;
    private int level;
    /** A bit for each that has no answer yet, and for each whose block is to be read. */
    private int pending;

    private int inBlocks;
    private long postedNs;
    private long retries;
    /** As of when the answers are, by the first round that counted. */
    private long asOfNs;

    private boolean isAsOfKnown;

    /** @param patienceNs after which a read that has not ended is given up */
    RemoteRounds(
            PostedReads reads,
            RemoteSlots slots,
            RemoteLive live,
            LeaseWatch lease,
            MonotonicClock clock,
            MemorySegment memory,
            int blockLength,
            long patienceNs,
            Staleness staleness) {
        this.staleness = staleness;
        this.reads = reads;
        this.slots = slots;
        this.live = live;
        this.lease = lease;
        this.clock = clock;
        this.memory = memory;
        this.blockLength = blockLength;
        this.patienceNs = patienceNs;
        base = memory.address();
        blocks = RemoteLayout.blocks(blockLength);
    }

    /** For the next ones. */
    void begin(int newLevel) {
        count = 0;
        pending = 0;
        level = newLevel;
    }

    boolean isFull() {
        return count == RemoteLayout.BATCH;
    }

    /** Another one; its place. */
    int add(long handle, Entry into) {
        assert !isFull() : "count=" + count;
        handles[count] = handle;
        entries[count] = into;
        statuses[count] = Status.STALE_HANDLE;
        into.identify(handle, 0);
        pending |= slots.has(handle) ? 1 << count : 0;
        return count++;
    }

    int status(int place) {
        return statuses[place];
    }

    long retries() {
        return retries;
    }

    /** Gives each its status, and says how old the oldest may be. */
    void run() {
        boolean isAsked = pending != 0;
        isAsOfKnown = false;
        readInRounds();
        if (!live.isMirror() || !isAsked) {
            staleness.since(0, 0);
        } else if (isAsOfKnown) {
            staleness.since(asOfNs, clock.nowNs());
        } else {
            staleness.unknown();
        }
    }

    private void readInRounds() {
        long startedNs = clock.nowNs();
        for (int round = 0; pending != 0; round++) {
            postedNs = round == 0 ? startedNs : clock.nowNs();
            boolean isTooLong = round == MOST || postedNs - startedNs > patienceNs;
            if (isTooLong || !readSlots()) {
                answerPending(Status.WRITER_UNAVAILABLE);
                return;
            }
            boolean wasKnown = lease.isAsOfKnown(); // by the reads before: this one's slots may be older than its lines
            long wasAsOfNs = lease.asOfNs();
            lease.shown(live.lease(), live.leaseLeft(), live.age(), postedNs);
            int state = live.status();
            if (state != Status.OK) {
                answerPending(state);
                return;
            }
            if (lease.holds(clock.nowNs()) && (wasKnown || !live.isMirror())) {
                asOfNs = isAsOfKnown ? asOfNs : wasAsOfNs; // of several rounds the first counts, which is the oldest
                isAsOfKnown = true;
                takeSlots();
                takeBlocks();
            }
            retries += Integer.bitCount(pending);
        }
    }

    private void answerPending(int status) {
        for (int left = pending; left != 0; left &= left - 1) {
            statuses[Integer.numberOfTrailingZeros(left)] = status;
        }
        pending = 0;
    }

    private boolean readSlots() {
        reads.begin();
        live.forget();
        long untilNs = postedNs + patienceNs;
        boolean isPosted = true;
        for (int left = pending; left != 0 && isPosted; left &= left - 1) {
            int place = Integer.numberOfTrailingZeros(left);
            int offset = RemoteLayout.slotOffset(place);
            memory.set(ValueLayout.JAVA_LONG, offset, 1L); // odd: what brings nothing is torn
            long handle = handles[place];
            isPosted = reads.add(offset, slots.offset(handle), slots.length(handle), untilNs);
        }
        return isPosted
                && reads.add(RemoteLayout.LIVE_OFFSET, RegionLayout.LIVE_OFFSET, RemoteLive.length(level), untilNs)
                && reads.await(untilNs);
    }

    private void takeSlots() {
        inBlocks = 0;
        for (int left = pending; left != 0; left &= left - 1) {
            int place = Integer.numberOfTrailingZeros(left);
            int status = slots.take(base + RemoteLayout.slotOffset(place), handles[place], entries[place]);
            if (status == RemoteSlots.IN_BLOCK) {
                inBlocks |= 1 << place;
            } else if (status != RemoteSlots.TORN) {
                answer(place, status);
            }
        }
    }

    private void answer(int place, int status) {
        boolean isRead = status == Status.OK || status == Status.ABSENT;
        boolean isThere = !isRead || live.hasReached(level, entries[place].version());
        statuses[place] = isThere ? status : Status.NOT_YET;
        if (!isThere || status != Status.OK) {
            entries[place].value().clear();
        }
        pending &= ~(1 << place);
    }

    /** As many together as there is room for. */
    private void takeBlocks() {
        while (inBlocks != 0 && !reads.isBroken()) {
            int wave = 0;
            reads.begin();
            long untilNs = clock.nowNs() + patienceNs;
            for (int lane = 0; inBlocks != 0 && lane < blocks && !reads.isBroken(); lane++) {
                int place = Integer.numberOfTrailingZeros(inBlocks);
                long slot = base + RemoteLayout.slotOffset(place);
                reads.add(
                        RemoteLayout.blockOffset(lane, blockLength),
                        slots.blockOffset(slot),
                        slots.blockBytes(slot),
                        untilNs);
                wave |= 1 << place;
                inBlocks &= inBlocks - 1;
            }
            if (reads.await(untilNs)) {
                takeWave(wave);
            }
        }
    }

    private void takeWave(int wave) {
        int lane = 0;
        for (int left = wave; left != 0; left &= left - 1, lane++) {
            int place = Integer.numberOfTrailingZeros(left);
            long slot = base + RemoteLayout.slotOffset(place);
            long block = base + RemoteLayout.blockOffset(lane, blockLength);
            if (slots.takeBlock(slot, block, entries[place].value())) {
                answer(place, Status.OK);
            }
        }
    }
}
