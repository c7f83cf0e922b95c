package io.needletail.rdma;

import java.util.function.LongSupplier;

/**
 * Reads that are posted together and awaited together, several by one operation where the fabric can: in which order they are done nobody
 * says. What ended of an earlier round, or twice, counts for nothing; what never ends is given up, and with it the endpoint: its bytes may land
 * whenever. For one thread.
 */
public final class PostedReads {
    private static final int POLLED = 16;
    private static final int POLLS_PER_CLOCK_READ = 256;
    private static final int PLACE_BITS = 8;
    private static final int MOST_OPERATIONS = 64;
    /** Longer reads gain nothing by being gathered, and providers do them in ways of their own. */
    private static final long MOST_GATHERED_BYTES = 4096;

    private final Endpoint endpoint;
    private final long peer;
    private final RegisteredRegion into;
    private final RemoteRegion from;
    private final LongSupplier clock;
    private final CompletionHandler handler = this::onCompletion;

    private final ReadParts parts = new ReadParts();
    private final int mostParts;

    private long round;
    private int operations;
    private long awaited;
    private int error;
    private boolean isBroken;

    /** @param clock in ns, asked every now and then */
    public PostedReads(Endpoint endpoint, long peer, RegisteredRegion into, RemoteRegion from, LongSupplier clock) {
        this.endpoint = endpoint;
        this.peer = peer;
        this.into = into;
        this.from = from;
        this.clock = clock;
        mostParts = endpoint.mostParts();
    }

    /** The next reads belong together. */
    public void begin() {
        assert awaited == 0 || isBroken : "awaited=" + awaited;
        round++;
        operations = 0;
        parts.clear();
        error = 0;
    }

    /**
     * Another one of them: posted when there are as many as one operation takes, else with the next or when they are awaited.
     *
     * @param untilNs when to give up: the fabric takes it when it has room
     * @return false when the endpoint is of no use any more
     */
    public boolean add(long intoOffset, long fromOffset, long length, long untilNs) {
        boolean isRoom = parts.bytes() + length <= MOST_GATHERED_BYTES || postParts(untilNs);
        if (isBroken || !isRoom) {
            return false;
        }
        parts.add(intoOffset, fromOffset, length);
        return parts.count() < mostParts || postParts(untilNs);
    }

    private boolean postParts(long untilNs) {
        if (parts.count() == 0) {
            return true;
        }
        assert operations < MOST_OPERATIONS : "operations=" + operations;
        for (int polls = 1; !isBroken; polls++) {
            int code = endpoint.read(peer, into, from, parts, round << PLACE_BITS | operations);
            if (code == Endpoint.POSTED) {
                awaited |= 1L << operations++;
                parts.clear();
                return true;
            }
            isBroken = code != Endpoint.BUSY || endpoint.poll(handler, POLLED) < 0 || isOver(polls, untilNs);
        }
        return false;
    }

    /**
     * Waits for all of them.
     *
     * @return false when the endpoint is of no use any more
     */
    public boolean await(long untilNs) {
        postParts(untilNs);
        for (int polls = 1; awaited != 0 && !isBroken; polls++) {
            isBroken = endpoint.poll(handler, POLLED) < 0 || isOver(polls, untilNs);
        }
        isBroken |= error != 0; // of a connection that is gone others fail too, and who knows when
        return !isBroken;
    }

    private boolean isOver(int polls, long untilNs) {
        return polls % POLLS_PER_CLOCK_READ == 0 && clock.getAsLong() - untilNs > 0;
    }

    private void onCompletion(long context, int code) {
        if (context >>> PLACE_BITS == round) {
            awaited &= ~(1L << (context & ((1 << PLACE_BITS) - 1)));
            error = error == 0 ? code : error;
        }
    }

    public boolean isBroken() {
        return isBroken;
    }

    /** The fabric's code of what went wrong, or 0. */
    public int error() {
        return error;
    }
}
