package io.needletail.server.session;

import io.aeron.Image;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import org.agrona.DirectBuffer;

/**
 * The second lane of a client, for values that exceed a message. It belongs to the session whose request publication has the
 * same Aeron session id, and is looked at only while that is open. One chunk a cycle: some microseconds at most.
 */
public final class BulkLane implements ControlledFragmentHandler {
    private final Image image;
    private final BulkTransfer transfer;
    private final RequestDispatcher dispatcher;
    private final long sinceNs;
    private SessionLane owner;

    BulkLane(Image image, BulkTransfer transfer, RequestDispatcher dispatcher, long nowNs) {
        sinceNs = nowNs;
        this.image = image;
        this.transfer = transfer;
        this.dispatcher = dispatcher;
    }

    Image image() {
        return image;
    }

    private boolean hasOwner() {
        return owner != null && owner.isOpen();
    }

    /** Whether no session came for it in all this time: it ended before this was heard of. */
    boolean isOrphanSince(long limitNs, long nowNs) {
        return owner == null && nowNs - sinceNs > limitNs;
    }

    /** Whether it had a session that has ended. */
    boolean isOver() {
        return owner != null && owner.isClosed();
    }

    void owner(SessionLane lane) {
        assert isOf(lane) : "another client's lane";
        owner = lane;
    }

    /** Whether both come from the same client. */
    boolean isOf(SessionLane lane) {
        return lane.image().sessionId() == image.sessionId()
                && lane.image().sourceIdentity().equals(image.sourceIdentity());
    }

    /** Takes at most one chunk; how many it took. */
    int poll(long nowNs) {
        int polled = hasOwner() ? image.controlledPoll(this, 1) : 0;
        if (polled > 0) {
            owner.heard(nowNs);
        }
        return polled;
    }

    @Override
    public Action onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        if ((header.flags() & FrameDescriptor.UNFRAGMENTED) != FrameDescriptor.UNFRAGMENTED) {
            return reject(FrameFault.FRAGMENTED);
        }
        FrameFault fault = transfer.takeHead(buffer, offset, length);
        if (fault != FrameFault.NONE) {
            return reject(fault);
        }
        if (transfer.isTooLong()) {
            return refuseTooLong();
        }
        if (transfer.isLast() && !ReplyWriter.hasRoom(owner.replies())) {
            return Action.ABORT;
        }
        transfer.takeBytes(buffer, offset);
        if (transfer.isWhole()) {
            boolean done = dispatcher.dispatchBulk(transfer, owner);
            assert done : "no room after the reserve was checked";
        }
        return Action.CONTINUE;
    }

    /** Answers the first chunk and passes over the rest. */
    private Action refuseTooLong() {
        if (!transfer.isFirst()) {
            return Action.CONTINUE;
        }
        if (!ReplyWriter.hasRoom(owner.replies())) {
            return Action.ABORT;
        }
        dispatcher.refuseBulk(transfer, owner);
        return Action.CONTINUE;
    }

    private Action reject(FrameFault fault) {
        dispatcher.reject(owner, fault);
        return Action.BREAK;
    }
}
