package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.SlotReader;
import org.agrona.concurrent.Agent;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;

/**
 * Answers scans outside the shard's thread, by the reader protocol: the cursor is a slot, a key that is present throughout
 * appears exactly once, no snapshot is promised. The shard hands requests over in objects that exist once; when all of them
 * are in use the scan is refused.
 */
public final class ScanAgent implements Agent {
    private static final int QUEUE_LENGTH = 64;

    private final SpscVarHandleArrayQueue<ScanRequest> idle = new SpscVarHandleArrayQueue<>(QUEUE_LENGTH);
    private final SpscVarHandleArrayQueue<ScanRequest> waiting = new SpscVarHandleArrayQueue<>(QUEUE_LENGTH);
    private final SlotReader slots;
    private final ScanPageWriter page;
    private final Key key = new Key();
    private final Entry entry;

    private ScanRequest current;

    public ScanAgent(SlotReader slots) {
        this.slots = slots;
        page = new ScanPageWriter();
        entry = new Entry(slots.header().sizing().maxValueLength());
        for (int i = 0; i < QUEUE_LENGTH; i++) {
            idle.offer(new ScanRequest());
        }
    }

    /** Called by the shard; false when too many scans wait. */
    boolean offer(SessionLane lane, long correlationId, long cursor, long maxEntries, Key prefix) {
        ScanRequest request = idle.poll();
        if (request == null) {
            return false;
        }
        request.set(lane, correlationId, cursor, maxEntries, prefix);
        boolean queued = waiting.offer(request);
        assert queued : "more requests than there are";
        return true;
    }

    @Override
    public int doWork() {
        if (current == null) {
            current = waiting.poll();
            if (current == null) {
                return 0;
            }
            slots.adoptEpoch();
            page.fill(current, slots, key, entry);
        }
        if (send(current.lane().pages())) {
            current.release();
            idle.offer(current);
            current = null;
        }
        return 1;
    }

    /** True when the page was sent, or nobody is there to take it. A slow client delays other scans until it is dropped. */
    private boolean send(ExclusivePublication pages) {
        long position = pages.offer(page.buffer(), 0, page.length());
        return position > 0 || (position != Publication.BACK_PRESSURED && position != Publication.ADMIN_ACTION);
    }

    @Override
    public String roleName() {
        return "scan";
    }
}
