package io.needletail.server.session;

import io.aeron.Image;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import io.needletail.client.SessionProtocol;
import io.needletail.protocol.CloseReason;
import io.needletail.server.Counter;
import java.util.ArrayList;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableRingBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The sessions of a shard that have no publication of their own: their requests come on one that all of them send on, each
 * message with its session's token as Aeron's reserved value. What is looked at in every cycle is one image, however many they are.
 *
 * <p>A request whose answer finds no room is set aside in memory of its session, with all that the session sends after it, and
 * the next session's request is served: nobody waits for another one's reading. There is room for as many requests as a session
 * may have unanswered, so only one that sends more is disconnected.
 *
 * <p>A token names a place and the use that is made of it: a message that comes after its session's end is nobody's. It keeps
 * clients apart that make mistakes, not such that mean harm; they share a shard, and the shard is the boundary.
 *
 * <p>For the shard's thread. Everything is allocated at start.
 */
final class SharedLanes implements ControlledFragmentHandler {
    private static final int USE_SHIFT = 16;
    private static final int PLACE_MASK = (1 << USE_SHIFT) - 1;

    private final Frame frame;
    private final RequestDispatcher dispatcher;
    private final ShardCounters counters;
    private final ArrayList<Image> images = new ArrayList<>();
    private final SessionLane[] lanes;
    private final long[] tokens;
    private final ExpandableRingBuffer[] setAside;
    private final int[] waiting;
    private final int inFlightLimit;
    private final int requestsPerTurn;
    private final ExpandableRingBuffer.MessageConsumer onResumed = this::onResumed;
    private final ExpandableRingBuffer.MessageConsumer onForgotten = (buffer, offset, length, head) -> true;

    private SessionLane resuming;
    private int resumed;
    private int sessionsWithSetAside;
    private long uses;
    private long nowNs;
    private long bytes;

    /**
     * Makes room.
     *
     * @param places sessions at most
     * @param inFlightLimit of each
     * @param requestsPerTurn taken from the shared publication before the lanes are looked at again
     */
    SharedLanes(
            int places,
            int inFlightLimit,
            int requestsPerTurn,
            Frame frame,
            RequestDispatcher dispatcher,
            ShardCounters counters) {
        this.frame = frame;
        this.dispatcher = dispatcher;
        this.counters = counters;
        lanes = new SessionLane[places];
        tokens = new long[places];
        setAside = new ExpandableRingBuffer[places];
        waiting = new int[places];
        this.inFlightLimit = inFlightLimit;
        this.requestsPerTurn = requestsPerTurn;
        int capacity = BitUtil.findNextPositivePowerOfTwo(
                (inFlightLimit + 2) * (SessionProtocol.MTU_LENGTH + ExpandableRingBuffer.HEADER_LENGTH));
        for (int i = 0; i < places; i++) {
            setAside[i] = new ExpandableRingBuffer(capacity, capacity, true);
        }
    }

    void add(Image image) {
        images.add(image);
    }

    void remove(Image image) {
        images.remove(image);
    }

    int images() {
        return images.size();
    }

    /** Gives the session a place here; false when none is free. */
    boolean adopt(SessionLane lane) {
        for (int i = 0; i < lanes.length; i++) {
            if (lanes[i] == null) {
                lanes[i] = lane;
                tokens[i] = ++uses << USE_SHIFT | (i + 1);
                lane.shares(tokens[i]);
                return true;
            }
        }
        return false;
    }

    /** Frees the place of a session that is over. */
    void forget(SessionLane lane) {
        int place = placeOf(lane.sharedToken());
        assert lanes[place] == lane : "place=" + place;
        lanes[place] = null;
        tokens[place] = 0;
        if (waiting[place] > 0) {
            setAside[place].consume(onForgotten, Integer.MAX_VALUE);
            waiting[place] = 0;
            sessionsWithSetAside--;
        }
    }

    /** Takes what was set aside and then what has come; how many requests. */
    int poll(long cycleNs) {
        nowNs = cycleNs;
        int work = sessionsWithSetAside == 0 ? 0 : resume();
        for (int i = 0, count = images.size(); i < count; i++) {
            Image image = images.get(i);
            long before = image.position();
            int polled = image.controlledPoll(this, requestsPerTurn);
            if (polled > 0) {
                work += polled;
                bytes += image.position() - before;
            }
        }
        return work;
    }

    /** Whether a session's requests wait for room: the limit of its answers may only have to be moved. */
    boolean isStalled() {
        return sessionsWithSetAside > 0;
    }

    /** Bytes taken since this was asked the last time. */
    long takenBytes() {
        long taken = bytes;
        bytes = 0;
        return taken;
    }

    @Override
    public Action onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        SessionLane lane = laneOf(header.reservedValue());
        if (lane == null) {
            counters.add(Counter.STRAY_FRAMES);
            return Action.CONTINUE;
        }
        FrameFault fault = faultOf(buffer, offset, length, header);
        if (fault != FrameFault.NONE) {
            dispatcher.reject(lane, fault);
            return Action.CONTINUE;
        }
        lane.heard(nowNs);
        int place = placeOf(lane.sharedToken());
        boolean inOrder = lane.isOpen() && waiting[place] == 0;
        if (!inOrder || !dispatcher.dispatch(frame, lane)) {
            setAside(place, lane);
        }
        return Action.CONTINUE;
    }

    private FrameFault faultOf(DirectBuffer buffer, int offset, int length, Header header) {
        if ((header.flags() & FrameDescriptor.UNFRAGMENTED) != FrameDescriptor.UNFRAGMENTED) {
            return FrameFault.FRAGMENTED;
        }
        return frame.copyFrom(buffer, offset, length) ? FrameValidator.validate(frame) : FrameFault.TOO_LONG;
    }

    /** Null for a token that is nobody's. */
    private SessionLane laneOf(long token) {
        int place = placeOf(token);
        boolean isKnown = place >= 0 && place < lanes.length && tokens[place] == token;
        return isKnown && !lanes[place].isClosed() ? lanes[place] : null;
    }

    private static int placeOf(long token) {
        return (int) (token & PLACE_MASK) - 1;
    }

    private void setAside(int place, SessionLane lane) {
        if (waiting[place] == inFlightLimit) {
            counters.add(Counter.SLOW_READERS);
            dispatcher.close(lane, CloseReason.SLOW_READER, "more requests wait than in-flight-limit allows");
            return;
        }
        boolean appended = setAside[place].append(frame.buffer(), 0, frame.length());
        assert appended : "there is room for as many as may wait";
        if (++waiting[place] == 1) {
            sessionsWithSetAside++;
            lane.stalls(nowNs);
        }
    }

    private int resume() {
        int work = 0;
        for (int i = 0; i < lanes.length; i++) {
            SessionLane lane = lanes[i];
            if (lane != null && waiting[i] > 0 && lane.isOpen() && lane.hasRoomToResume()) {
                work += resume(i, lane);
            }
        }
        return work;
    }

    private int resume(int place, SessionLane lane) {
        resuming = lane;
        resumed = 0;
        setAside[place].consume(onResumed, requestsPerTurn); // it answers how many bytes
        waiting[place] -= resumed;
        if (waiting[place] == 0) {
            sessionsWithSetAside--;
            lane.goesOn();
        } else if (resumed > 0) {
            lane.stalls(nowNs); // whoever makes any progress is not a slow reader
        }
        return resumed;
    }

    /** False when it must stay where it is. */
    private boolean onResumed(MutableDirectBuffer buffer, int offset, int length, int headOffset) {
        if (!resuming.isOpen() || again(buffer, offset, length)) { // one that ended the session makes the rest vain
            resumed++;
            return true;
        }
        return false;
    }

    private boolean again(MutableDirectBuffer buffer, int offset, int length) {
        boolean fits = frame.copyFrom(buffer, offset, length);
        FrameFault fault = FrameValidator.validate(frame);
        assert fits && fault == FrameFault.NONE : "it was valid when it was set aside: " + fault;
        return dispatcher.dispatch(frame, resuming);
    }
}
