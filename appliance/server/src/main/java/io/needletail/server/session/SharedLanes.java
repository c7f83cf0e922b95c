package io.needletail.server.session;

import io.aeron.Image;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import io.needletail.protocol.CloseReason;
import io.needletail.protocol.KeepAliveDecoder;
import io.needletail.server.Counter;
import java.util.ArrayList;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The sessions of a shard that have no publication of their own: their requests come on one that all of them send on, each
 * message with its session's token as Aeron's reserved value. What is looked at in every cycle is one image, however many they are.
 *
 * <p>A request whose answer finds no room is set aside in memory of its session, with all that the session sends after it, and
 * the next session's request is served: nobody waits for another one's reading. There is room for as many requests as such a
 * session may have unanswered, so only one that sends more is disconnected.
 *
 * <p>A token names a place and the use that is made of it: a message that comes after its session's end is nobody's. It keeps
 * clients apart that make mistakes, not such that mean harm; they share a shard, and the shard is the boundary.
 *
 * <p>For the shard's thread, which allocates nothing here.
 */
final class SharedLanes implements ControlledFragmentHandler {
    private static final int USE_SHIFT = 16;
    private static final int PLACE_MASK = (1 << USE_SHIFT) - 1;

    private final Frame frame;
    private final RequestDispatcher dispatcher;
    private final ShardCounters counters;
    private final int requestsPerTurn;
    private final SharedPlace[] places;
    /** Those that are looked at, and behind them those that came when there were enough. */
    private final ArrayList<Image> images = new ArrayList<>();

    private final SharedPlace.Requests resume = this::again;

    private SessionLane resuming;
    private int placesWithWaiting;
    private long uses;
    private long nowNs;
    private long bytes;

    /**
     * Makes the places.
     *
     * @param sessions at most
     * @param requestsPerTurn taken from the shared publication before the lanes are looked at again
     */
    SharedLanes(int sessions, int requestsPerTurn, Frame frame, RequestDispatcher dispatcher, ShardCounters counters) {
        this.frame = frame;
        this.dispatcher = dispatcher;
        this.counters = counters;
        this.requestsPerTurn = requestsPerTurn;
        places = new SharedPlace[sessions];
        Arrays.setAll(places, i -> new SharedPlace());
    }

    /** One more than are looked at waits until another one goes. */
    void add(Image image) {
        if (images.size() >= SessionLimit.SHARED_PUBLICATIONS) {
            counters.add(Counter.LANES_REFUSED);
        }
        images.add(image);
    }

    void remove(Image image) {
        images.remove(image);
    }

    boolean hasImages() {
        return !images.isEmpty();
    }

    /** Gives the session a place here, unless all are taken. */
    void adopt(SessionLane lane) {
        for (int i = 0; i < places.length; i++) {
            if (places[i].isFree()) {
                places[i].take(lane, ++uses << USE_SHIFT | (i + 1));
                return;
            }
        }
    }

    /** Frees the place of a session that is over. */
    void forget(SessionLane lane) {
        SharedPlace place = placeOf(lane);
        forgetWaiting(place);
        place.release();
    }

    /** Once a session has ended nobody waits for its answers. */
    void forgetWaitingOfEnded() {
        for (int i = 0; placesWithWaiting > 0 && i < places.length; i++) {
            if (places[i].hasWaiting() && places[i].lane().isClosed()) {
                forgetWaiting(places[i]);
            }
        }
    }

    /** What could not be heard is not their silence, and not the appliance's. */
    void excuse(long silenceNs) {
        for (SharedPlace place : places) {
            if (!place.isFree() && place.lane().isOpen()) {
                place.lane().excuseSilence(silenceNs);
                dispatcher.assure(place.lane());
            }
        }
    }

    private void forgetWaiting(SharedPlace place) {
        if (place.hasWaiting()) {
            place.forgetWaiting();
            placesWithWaiting--;
        }
    }

    /** Takes what was set aside and then what has come; how many requests. */
    int poll(long cycleNs) {
        nowNs = cycleNs;
        int work = placesWithWaiting == 0 ? 0 : resume();
        for (int i = 0, count = Math.min(images.size(), SessionLimit.SHARED_PUBLICATIONS); i < count; i++) {
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
        return placesWithWaiting > 0;
    }

    /** Bytes taken since this was asked the last time. */
    long takenBytes() {
        long taken = bytes;
        bytes = 0;
        return taken;
    }

    @Override
    public Action onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        int index = (int) (header.reservedValue() & PLACE_MASK) - 1;
        boolean isPlace = index >= 0 && index < places.length;
        SessionLane lane = isPlace ? places[index].laneOf(header.reservedValue()) : null;
        if (lane == null) {
            counters.add(Counter.STRAY_FRAMES);
            return Action.CONTINUE;
        }
        FrameFault fault = faultOf(buffer, offset, length, header);
        if (fault == FrameFault.NONE) {
            lane.heard(nowNs);
            take(places[index], lane);
        } else {
            dispatcher.reject(lane, fault);
        }
        return Action.CONTINUE;
    }

    private FrameFault faultOf(DirectBuffer buffer, int offset, int length, Header header) {
        if ((header.flags() & FrameDescriptor.UNFRAGMENTED) != FrameDescriptor.UNFRAGMENTED) {
            return FrameFault.FRAGMENTED;
        }
        return frame.copyFrom(buffer, offset, length) ? FrameValidator.validate(frame) : FrameFault.TOO_LONG;
    }

    /** Keeps the order: behind one that waits all others do. */
    private void take(SharedPlace place, SessionLane lane) {
        boolean inOrder = lane.isOpen() && !place.hasWaiting();
        if ((inOrder && dispatcher.dispatch(frame, lane)) || isMereSignOfLife()) {
            return;
        }
        boolean isFirst = !place.hasWaiting();
        if (!place.setAside(frame.buffer(), frame.length())) {
            counters.add(Counter.SLOW_READERS);
            dispatcher.close(
                    lane,
                    CloseReason.SLOW_READER,
                    "more than " + SessionLimit.SHARED_IN_FLIGHT + " requests are unanswered");
        } else if (isFirst) {
            placesWithWaiting++;
            lane.stalls(nowNs);
        }
    }

    /** One that nobody waits for has done its work when it was heard, and is in no window; a ping is a request like another. */
    private boolean isMereSignOfLife() {
        return frame.templateId == KeepAliveDecoder.TEMPLATE_ID && RequestDispatcher.correlationIdOf(frame) == 0;
    }

    private int resume() {
        int work = 0;
        for (SharedPlace place : places) {
            if (place.hasWaiting() && place.lane().isOpen() && place.lane().hasRoomToResume()) {
                work += resume(place);
            }
        }
        return work;
    }

    private int resume(SharedPlace place) {
        resuming = place.lane();
        int resumed = place.resume(resume, requestsPerTurn);
        if (!place.hasWaiting()) {
            placesWithWaiting--;
            resuming.goesOn();
        } else if (resumed > 0) {
            resuming.stalls(nowNs); // whoever makes any progress is not a slow reader
        }
        return resumed;
    }

    /** One that ended the session makes the rest vain. */
    private boolean again(MutableDirectBuffer buffer, int offset, int length) {
        if (!resuming.isOpen()) {
            return true;
        }
        boolean fits = frame.copyFrom(buffer, offset, length);
        FrameFault fault = FrameValidator.validate(frame);
        assert fits && fault == FrameFault.NONE : "it was valid when it was set aside: " + fault;
        return dispatcher.dispatch(frame, resuming);
    }

    private SharedPlace placeOf(SessionLane lane) {
        return places[(int) (lane.sharedToken() & PLACE_MASK) - 1];
    }
}
