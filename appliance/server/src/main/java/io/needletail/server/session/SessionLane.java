package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import io.needletail.protocol.CloseReason;
import io.needletail.registry.RetryTable;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableRingBuffer;
import org.agrona.collections.LongHashSet;

/**
 * One client's lane into the shard: its request image, and, once it is connected, its reply publication. Polled by the shard
 * alone; the conductor makes and closes the publications and hands them over through mailboxes.
 */
public final class SessionLane implements ControlledFragmentHandler {
    enum State {
        /** The image is there, a connect is expected. */
        NEW,
        /** The conductor makes the publications. */
        CONNECTING,
        OPEN,
        /** Given to the conductor to be closed. */
        CLOSED
    }

    private final Image image;
    private final Frame frame;
    private final RequestDispatcher dispatcher;
    private final int requestsPerTurn;
    private LongHashSet anonymous;
    private int retryEntry = RetryTable.NONE;
    private long repeatsUpTo;
    private volatile boolean retryDecided;
    private long sharedToken;
    private volatile ExpandableRingBuffer setAside;

    private State state = State.NEW;
    private ExclusivePublication replies;
    private ExclusivePublication pages;
    private long lastHeardNs;
    private long stalledSinceNs;
    private boolean isUdp;
    private boolean stalled;
    /** Since when an answer that was held finds no room; 0 while none does. */
    private long unreadSinceNs;

    private boolean farewell;
    private volatile boolean pagesUnread;
    private final Outstanding values = new Outstanding();
    private final Outstanding scans = new Outstanding();
    private CloseReason closeReason;
    private String closeText = "";

    SessionLane(Image image, Frame frame, RequestDispatcher dispatcher, int requestsPerTurn, long nowNs) {
        this.image = image;
        this.frame = frame;
        this.dispatcher = dispatcher;
        this.requestsPerTurn = requestsPerTurn;
        lastHeardNs = nowNs;
    }

    /** Takes what the client sent; bytes are counted by the caller through the image's position. */
    int poll(long nowNs) {
        if (state == State.CLOSED || state == State.CONNECTING) {
            return 0;
        }
        boolean wasStalled = stalled;
        if (wasStalled && !hasRoomToResume()) {
            return 0;
        }
        stalled = false;
        int polled = image.controlledPoll(this, requestsPerTurn);
        if (stalled && (!wasStalled || polled > 0)) {
            stalledSinceNs = nowNs; // a client that makes any progress is not a slow reader
        }
        if (polled > 0) {
            lastHeardNs = nowNs;
        }
        return polled;
    }

    @Override
    public Action onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        if ((header.flags() & FrameDescriptor.UNFRAGMENTED) != FrameDescriptor.UNFRAGMENTED) {
            return reject(FrameFault.FRAGMENTED);
        }
        if (!frame.copyFrom(buffer, offset, length)) {
            return reject(FrameFault.TOO_LONG);
        }
        FrameFault fault = FrameValidator.validate(frame);
        if (fault != FrameFault.NONE) {
            return reject(fault);
        }
        if (!dispatcher.dispatch(frame, this)) {
            stalled = true;
            return Action.ABORT;
        }
        return state == State.OPEN ? Action.CONTINUE : Action.BREAK;
    }

    private Action reject(FrameFault fault) {
        dispatcher.reject(this, fault);
        return Action.BREAK;
    }

    /** @param byUdp whether it cannot share, because every UDP client has an image of its own */
    void connecting(boolean byUdp) {
        isUdp = byUdp;
        assert state == State.NEW : state;
        state = State.CONNECTING;
    }

    /** False when the lane ended before its publications came. */
    boolean open(ExclusivePublication replyPublication, ExclusivePublication pagePublication, long nowNs) {
        assert replies == null : "opened twice";
        assert state == State.CONNECTING || state == State.CLOSED : state;
        replies = replyPublication;
        pages = pagePublication;
        lastHeardNs = nowNs;
        stalledSinceNs = nowNs; // by its client, not for want of publications
        if (state == State.CLOSED) {
            return false;
        }
        state = State.OPEN;
        return true;
    }

    /** True once; for the conductor, which may be told twice that a lane has ended. */
    boolean beginFarewell() {
        boolean first = !farewell;
        farewell = true;
        return first;
    }

    /** Marks the lane as ended; false when it was already. */
    boolean close(CloseReason reason, String text) {
        if (state == State.CLOSED) {
            return false;
        }
        state = State.CLOSED;
        closeReason = reason;
        closeText = text;
        return true;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Whether it has one of the lanes that are looked at in every cycle, and could share. */
    boolean takesLane() {
        return state == State.OPEN && !isShared() && !isUdp;
    }

    /** Whether it has ended and no other agent works for it any more. */
    boolean isOver() {
        return state == State.CLOSED && scans.count() == 0 && values.count() == 0;
    }

    boolean isNew() {
        return state == State.NEW;
    }

    boolean isStalled() {
        return stalled && state == State.OPEN;
    }

    boolean isSilentSince(long limitNs, long nowNs) {
        return state == State.OPEN && nowNs - lastHeardNs > limitNs;
    }

    boolean isStalledSince(long limitNs, long nowNs) {
        return state == State.OPEN
                && (pagesUnread
                        || (stalled && nowNs - stalledSinceNs > limitNs)
                        || (unreadSinceNs != 0 && nowNs - unreadSinceNs > limitNs));
    }

    void excuseSilence(long silenceNs) {
        lastHeardNs += silenceNs;
    }

    void excuse(long stallNs) {
        excuseSilence(stallNs);
        unreadSinceNs += unreadSinceNs == 0 ? 0 : stallNs;
        stalledSinceNs += stallNs;
    }

    /** A sign of life on the client's other lane. */
    void heard(long nowNs) {
        lastHeardNs = nowNs;
    }

    /** The client's image came, but for this long no connect on it. */
    boolean isIdleNewSince(long limitNs, long nowNs) {
        return state == State.NEW && nowNs - lastHeardNs > limitNs;
    }

    /**
     * The lane's client repeats requests: its entry in the retry table, and the last of them that was applied before this
     * session.
     */
    void repeats(int entry, long lastRequest) {
        retryEntry = entry;
        repeatsUpTo = lastRequest;
    }

    /** The shard has looked for an entry; whether there is one the other fields say, which are written before. */
    void retryDecided() {
        retryDecided = true;
    }

    /** For the conductor, which may read {@link #retryEntry} and {@link #repeatsUpTo} once this is true. */
    boolean isRetryDecided() {
        return retryDecided;
    }

    /** {@link RetryTable#NONE} for a client that repeats nothing. */
    int retryEntry() {
        return retryEntry;
    }

    long repeatsUpTo() {
        return repeatsUpTo;
    }

    /** Large values that were asked for and not sent yet. */
    Outstanding values() {
        return values;
    }

    /** Pages that were asked for and not sent yet. */
    Outstanding scans() {
        return scans;
    }

    /** Its requests come on the publication that several share, with this token; null where memory has still to be made. */
    void shares(long token, ExpandableRingBuffer memory) {
        sharedToken = token;
        setAside = memory;
    }

    /** Memory for requests whose answers find no room; the conductor gives it before the client knows its token. */
    void setAside(ExpandableRingBuffer memory) {
        setAside = memory;
    }

    ExpandableRingBuffer setAside() {
        return setAside;
    }

    boolean isShared() {
        return sharedToken != 0;
    }

    /** 0 for a session with a publication of its own. */
    long sharedToken() {
        return sharedToken;
    }

    boolean hasRoomToResume() {
        return ReplyWriter.hasRoomToResume(replies);
    }

    /** From now on a request waits for room for its answer. */
    void stalls(long nowNs) {
        stalled = true;
        stalledSinceNs = nowNs;
    }

    /** An answer that was held found no room. */
    void answersUnread(long nowNs) {
        unreadSinceNs = unreadSinceNs == 0 ? Math.max(1, nowNs) : unreadSinceNs;
    }

    /** One did. */
    void answersRead() {
        unreadSinceNs = 0;
    }

    /** None waits any more. */
    void goesOn() {
        stalled = false;
    }

    /** Called by the scan agent when a page found no room for too long; the shard ends the session. */
    void pagesUnread() {
        pagesUnread = true;
    }

    /** How many anonymous entries belong to this session. */
    int anonymousCount() {
        return anonymous == null ? 0 : anonymous.size();
    }

    /** An anonymous entry belongs to this session from now on; the first one makes room for {@code limit}, once. */
    void own(long handle, int limit) {
        assert anonymousCount() < limit : "limit=" + limit;
        if (anonymous == null) {
            anonymous = new LongHashSet(2 * limit);
        }
        anonymous.add(handle);
    }

    /** An entry was deleted; answers whether it belonged to this session. */
    boolean disown(long handle) {
        return anonymous != null && anonymous.remove(handle);
    }

    /** Handles of the anonymous entries that belong to this session, null when it never had any. */
    LongHashSet anonymous() {
        return anonymous;
    }

    Image image() {
        return image;
    }

    ExclusivePublication replies() {
        return replies;
    }

    /** The scan agent's publication on the same reply stream. */
    public ExclusivePublication pages() {
        return pages;
    }

    CloseReason closeReason() {
        return closeReason;
    }

    String closeText() {
        return closeText;
    }
}
