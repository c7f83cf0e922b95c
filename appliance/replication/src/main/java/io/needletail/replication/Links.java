package io.needletail.replication;

import io.needletail.rdma.CompletionHandler;
import io.needletail.rdma.Endpoint;
import io.needletail.rdma.Fabric;
import java.util.Arrays;

/** A member's endpoint, and the others' as they are connected. For one thread; connecting allocates, nothing else does. */
final class Links implements AutoCloseable {
    private static final int WINDOW = 256;
    private static final int POLLED = 32;
    /** In a row, a poll between them. */
    private static final int MOST_REFUSALS = 10_000;

    private final Fabric fabric;
    private Endpoint endpoint;
    private final MemberCard[] connected = new MemberCard[LineLayout.MAX_MEMBERS];
    private final long[] peers = new long[LineLayout.MAX_MEMBERS];
    /** How an operation ended says nothing of the other side; only that nothing is under way any more. */
    private final CompletionHandler nothing = (context, error) -> {};

    private boolean hasFailed;
    private int refusals;

    Links(Fabric fabric) {
        this.fabric = fabric;
        endpoint = fabric.endpoint(WINDOW);
    }

    /** Another endpoint in place of one that is of no use any more: what it had under way is given up. */
    void renew() {
        endpoint.close();
        endpoint = fabric.endpoint(WINDOW);
        Arrays.fill(connected, null);
        hasFailed = false;
        refusals = 0;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** The peer that a card names. */
    long peer(MemberCard card) {
        MemberCard before = connected[card.member()];
        if (before != card) {
            if (before == null || !Arrays.equals(before.endpoint(), card.endpoint())) {
                peers[card.member()] = endpoint.connect(card.endpoint());
            }
            connected[card.member()] = card;
        }
        return peers[card.member()];
    }

    /** How a try to post something ended: when none is taken any more, what is under way will never end. An error may be the peer's. */
    void tried(int code) {
        refusals = code == Endpoint.POSTED ? 0 : refusals + 1;
        hasFailed |= refusals > MOST_REFUSALS;
    }

    /** Moves everything on; how many operations ended. */
    int poll() {
        int ended = endpoint.poll(nothing, POLLED);
        hasFailed |= ended < 0;
        return Math.max(0, ended);
    }

    /** The endpoint is of no use any more, as some providers leave it when a peer dies. */
    boolean hasFailed() {
        return hasFailed;
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
