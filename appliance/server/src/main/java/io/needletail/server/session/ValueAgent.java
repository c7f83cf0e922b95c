package io.needletail.server.session;

import io.needletail.client.SessionProtocol;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.ValueChunkEncoder;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.MonotonicClock;
import io.needletail.registry.view.SlotReader;
import io.needletail.registry.view.Status;
import java.util.ArrayDeque;
import org.agrona.concurrent.Agent;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * Sends values that exceed a message, outside the shard's thread and by the reader protocol, so that none delays the shard. A
 * session's values go one after the other; sessions take turns. A value that finds no more room goes on where it stopped when
 * its turn comes again, or from the beginning when it has changed meanwhile; a client that leaves no room for too long is
 * disconnected. On the scan agent's thread, whose publications it shares.
 */
public final class ValueAgent implements Agent {
    private static final int QUEUE_LENGTH = SessionLimit.LARGE_VALUES * SessionLimit.PUBLICATIONS;
    private static final int CHUNK_OVERHEAD = MessageHeaderEncoder.ENCODED_LENGTH
            + ValueChunkEncoder.BLOCK_LENGTH
            + ValueChunkEncoder.valueHeaderLength();

    private final SpscVarHandleArrayQueue<ValueRequest> idle = new SpscVarHandleArrayQueue<>(QUEUE_LENGTH);
    private final SpscVarHandleArrayQueue<ValueRequest> waiting = new SpscVarHandleArrayQueue<>(QUEUE_LENGTH);
    /** In the order they came, so that a lane's first is found first. */
    private final ArrayDeque<ValueRequest> blocked = new ArrayDeque<>(QUEUE_LENGTH);

    private final SlotReader slots;
    private final MonotonicClock clock;
    private final long patienceNs;
    private final ReplyClaim claim = new ReplyClaim();
    private final ReplyWriter reply = new ReplyWriter(claim);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ValueChunkEncoder chunk = new ValueChunkEncoder();
    private final Entry entry;

    /**
     * Makes the agent.
     *
     * @param patienceNs how long a client may leave no room
     */
    public ValueAgent(SlotReader slots, MonotonicClock clock, long patienceNs) {
        this.slots = slots;
        this.clock = clock;
        this.patienceNs = patienceNs;
        entry = new Entry(slots.header().sizing().maxValueLength());
        for (int i = 0; i < QUEUE_LENGTH; i++) {
            idle.offer(new ValueRequest());
        }
    }

    /** Called by the shard; false when as many of the session's values wait as may. */
    boolean offer(SessionLane lane, long correlationId, long handle, int level) {
        if (lane.values().count() >= SessionLimit.LARGE_VALUES) {
            return false;
        }
        ValueRequest request = idle.poll();
        assert request != null : "more requests than there are";
        lane.values().offered();
        request.set(lane, correlationId, handle, level);
        boolean queued = waiting.offer(request);
        assert queued : "more requests than there are";
        return true;
    }

    @Override
    public int doWork() {
        int work = 0;
        ValueRequest request = waiting.poll();
        if (request != null) {
            request.firstTriedNs(clock.nowNs());
            blocked.addLast(request);
        }
        for (int i = blocked.size(); i > 0; i--) {
            work += serveNext() ? 1 : 0;
        }
        return work;
    }

    /** True when something was sent. */
    private boolean serveNext() {
        ValueRequest request = blocked.pollFirst();
        int before = request.sent();
        boolean isFirstOfLane = !isAnyEarlierOf(request);
        boolean over = isFirstOfLane && serve(request);
        if (!over) {
            blocked.addLast(request);
            return request.sent() != before;
        }
        SessionLane lane = request.lane();
        request.release();
        idle.offer(request);
        lane.values().done(); // the last: from here on the lane may ask for another one
        return true;
    }

    /** Ids of a session rise: a smaller one of the same lane came before. */
    private boolean isAnyEarlierOf(ValueRequest request) {
        for (ValueRequest other : blocked) {
            if (other.lane() == request.lane() && other.correlationId() < request.correlationId()) {
                return true;
            }
        }
        return false;
    }

    /** True when the request is over. */
    private boolean serve(ValueRequest request) {
        slots.adoptEpoch();
        int status = slots.get(request.handle(), request.level(), entry);
        if (status != Status.OK) {
            boolean isSent = reply.outcome(
                    request.lane().pages(), request.correlationId(), status, request.handle(), entry.version());
            return isSent || isGivenUp(request);
        }
        if (entry.version() != request.version()) {
            request.begin(entry.version());
        }
        int before = request.sent();
        boolean room;
        do {
            room = sendChunk(request); // one even when the value has become empty: that is its answer
        } while (room && request.sent() < entry.value().length());
        if (request.sent() != before) {
            request.firstTriedNs(clock.nowNs());
        }
        return room || isGivenUp(request);
    }

    private boolean isGivenUp(ValueRequest request) {
        boolean givenUp = clock.nowNs() - request.firstTriedNs() > patienceNs;
        if (givenUp) {
            request.lane().pagesUnread();
        }
        return givenUp;
    }

    /** False when there is no room. A stream that nobody listens to takes everything. */
    private boolean sendChunk(ValueRequest request) {
        int length = Math.min(SessionProtocol.CHUNK_LENGTH, entry.value().length() - request.sent());
        int code = claim.claim(request.lane().pages(), CHUNK_OVERHEAD + length);
        if (code == 0) {
            return false;
        }
        if (code > 0) {
            chunk.wrapAndApplyHeader(claim.buffer(), claim.offset(), header)
                    .correlationId(request.correlationId())
                    .handle(request.handle())
                    .version(entry.version())
                    .totalLength(entry.value().length())
                    .begin(request.sent())
                    .putValue(entry.value().array(), request.sent(), length);
            claim.commit();
        }
        request.sent(request.sent() + length);
        return true;
    }

    @Override
    public String roleName() {
        return "values";
    }
}
