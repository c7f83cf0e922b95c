package io.needletail.server.session;

import io.needletail.client.SessionProtocol;
import org.agrona.ExpandableRingBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One session's place among those that share a publication, and what it has set aside: requests whose answers find no room. The
 * memory for them is made by the conductor, with the first session that has the place.
 */
final class SharedPlace {
    /** Requests that may wait: as many as may be unanswered, and a goodbye. */
    static final int CAPACITY = SessionLimit.SHARED_IN_FLIGHT + 1;

    /** So many of the longest, and one more for what a ring leaves unused at its end. */
    private static final int RING_LENGTH = 256 * 1024;

    private static final ExpandableRingBuffer.MessageConsumer NOBODY = (buffer, offset, length, head) -> true;

    /** Takes up a request that waits; false leaves it where it is. */
    @FunctionalInterface
    interface Requests {
        boolean again(MutableDirectBuffer buffer, int offset, int length);
    }

    private ExpandableRingBuffer spare;
    private SessionLane lane;
    private long token;
    private int waiting;
    private Requests requests;
    private int taken;
    private final ExpandableRingBuffer.MessageConsumer onWaiting = this::onWaiting;

    static {
        int longest = SessionProtocol.MAX_FRAME_LENGTH + ExpandableRingBuffer.HEADER_LENGTH;
        assert (CAPACITY + 1) * longest <= RING_LENGTH : "no room for as many as may wait";
    }

    /** Memory for one place. */
    static ExpandableRingBuffer memory() {
        return new ExpandableRingBuffer(RING_LENGTH, RING_LENGTH, true);
    }

    boolean isFree() {
        return lane == null;
    }

    void take(SessionLane session, long newToken) {
        assert isFree() : "two sessions in one place";
        lane = session;
        token = newToken;
        session.shares(newToken, spare);
    }

    /** Its session is over; the memory stays for the next. */
    void release() {
        assert waiting == 0 : "waiting=" + waiting;
        spare = lane.setAside();
        lane = null;
        token = 0;
    }

    /** The session with this token, null when there is none or it has ended. */
    SessionLane laneOf(long ofToken) {
        return token == ofToken && lane != null && !lane.isClosed() ? lane : null;
    }

    SessionLane lane() {
        return lane;
    }

    boolean hasWaiting() {
        return waiting > 0;
    }

    /** Sets a request aside; false when as many wait as may, or the session was not accepted yet. */
    boolean setAside(MutableDirectBuffer buffer, int length) {
        ExpandableRingBuffer ring = lane.setAside();
        if (ring == null || waiting == CAPACITY) {
            return false;
        }
        boolean appended = ring.append(buffer, 0, length);
        assert appended : "there is room for as many as may wait";
        waiting++;
        return true;
    }

    /** Takes up to {@code limit} of them again, in order; how many. */
    int resume(Requests again, int limit) {
        requests = again;
        taken = 0;
        lane.setAside().consume(onWaiting, limit); // which answers how many bytes
        waiting -= taken;
        return taken;
    }

    private boolean onWaiting(MutableDirectBuffer buffer, int offset, int length, int headOffset) {
        boolean done = requests.again(buffer, offset, length);
        taken += done ? 1 : 0;
        return done;
    }

    /** Nobody waits for them any more. */
    void forgetWaiting() {
        lane.setAside().consume(NOBODY, Integer.MAX_VALUE);
        waiting = 0;
    }
}
