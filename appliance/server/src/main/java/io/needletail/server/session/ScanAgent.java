package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.MonotonicClock;
import io.needletail.registry.view.SlotReader;
import java.util.ArrayDeque;
import org.agrona.concurrent.Agent;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * Answers scans outside the shard's thread, by the reader protocol: the cursor is a slot, a key that is present throughout
 * appears exactly once, no snapshot is promised. The shard hands requests over in objects that exist once, a few for every
 * session there can be; a session that asks for more is refused. A page that finds no room waits behind the other scans, not in
 * front of them, and is composed anew when its turn comes; a client that leaves no room for too long is disconnected.
 */
public final class ScanAgent implements Agent {
    private static final int QUEUE_LENGTH = SessionLimit.SCANS * SessionLimit.PUBLICATIONS;

    private final SpscVarHandleArrayQueue<ScanRequest> idle = new SpscVarHandleArrayQueue<>(QUEUE_LENGTH);
    private final SpscVarHandleArrayQueue<ScanRequest> waiting = new SpscVarHandleArrayQueue<>(QUEUE_LENGTH);
    private final ArrayDeque<ScanRequest> blocked = new ArrayDeque<>(QUEUE_LENGTH);
    private final SlotReader slots;
    private final MonotonicClock clock;
    private final long patienceNs;
    private final ScanPageWriter page = new ScanPageWriter();
    private final Key key = new Key();
    private final Entry entry;

    /**
     * Makes the agent.
     *
     * @param patienceNs how long a client may leave no room for a page
     */
    public ScanAgent(SlotReader slots, MonotonicClock clock, long patienceNs) {
        this.slots = slots;
        this.clock = clock;
        this.patienceNs = patienceNs;
        entry = new Entry(slots.header().sizing().maxValueLength());
        for (int i = 0; i < QUEUE_LENGTH; i++) {
            idle.offer(new ScanRequest());
        }
    }

    /** Called by the shard; false when as many of the session's scans wait as may. */
    boolean offer(SessionLane lane, long correlationId, long cursor, long maxEntries, Key prefix) {
        if (lane.scans().count() >= SessionLimit.SCANS) {
            return false;
        }
        ScanRequest request = idle.poll();
        assert request != null : "more requests than there are";
        lane.scans().offered();
        request.set(lane, correlationId, cursor, maxEntries, prefix);
        boolean queued = waiting.offer(request);
        assert queued : "more requests than there are";
        return true;
    }

    @Override
    public int doWork() {
        ScanRequest request = waiting.poll();
        if (request != null) {
            request.firstTriedNs(clock.nowNs());
            serve(request);
            return 1;
        }
        request = blocked.poll();
        return request != null && serve(request) ? 1 : 0;
    }

    /** True when the request is over; else it is blocked. */
    private boolean serve(ScanRequest request) {
        slots.adoptEpoch();
        page.fill(request, slots, key, entry);
        boolean sent = send(request.lane().pages());
        boolean givenUp = !sent && clock.nowNs() - request.firstTriedNs() > patienceNs;
        if (givenUp) {
            request.lane().pagesUnread();
        }
        if (!sent && !givenUp) {
            blocked.add(request);
            return false;
        }
        SessionLane lane = request.lane();
        request.release();
        idle.offer(request);
        lane.scans().done(); // the last: from here on the lane may ask for another one
        return true;
    }

    /** True when the page was sent, or nobody is there to take it. */
    private boolean send(ExclusivePublication pages) {
        long position = pages.offer(page.buffer(), 0, page.length());
        return position > 0 || (position != Publication.BACK_PRESSURED && position != Publication.ADMIN_ACTION);
    }

    @Override
    public String roleName() {
        return "scan";
    }
}
