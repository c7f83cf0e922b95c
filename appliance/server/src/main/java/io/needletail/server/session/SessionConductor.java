package io.needletail.server.session;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.exceptions.AeronException;
import io.needletail.protocol.CloseReason;
import io.needletail.registry.RetryTable;
import io.needletail.registry.view.MonotonicClock;
import io.needletail.server.Counter;
import io.needletail.server.CountersFile;
import io.needletail.server.EventLog;
import io.needletail.server.WallClock;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.Namespaces;
import io.needletail.server.config.Option;
import io.needletail.server.session.Admission.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.agrona.concurrent.Agent;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * Makes, refuses and closes sessions, off the shard's thread: everything here may wait, allocate and log. It drives the
 * server's Aeron client and talks with the shard through mailboxes in both directions.
 */
public final class SessionConductor implements Agent, ControlPlane {
    /**
     * A lane sends at most three notes in its life: connect, close, and close again when it was opened too late. While the
     * conductor stands still the shard has its lanes, and those whose images wait in its mailbox.
     */
    private static final int MAILBOX_LENGTH = 4 * (SessionLimit.PUBLICATIONS + SessionLimit.MAILBOX);

    private static final long HANDSHAKE_TIMEOUT_NS = 5_000_000_000L;
    private static final long FAREWELL_TIMEOUT_NS = 2_000_000_000L;
    private static final long CLOCK_INTERVAL_NS = 1_000_000_000L;
    private final Aeron aeron;
    private final MonotonicClock clock;
    private final WallClock wallClock;
    private final Admission admission;
    private final SessionList list;
    private final AcceptedTemplate accepted;
    private final CountersFile counters;
    private final EventLog log;
    private final SessionMessages messages = new SessionMessages();
    private final MpscVarHandleArrayQueue<Runnable> mailbox = new MpscVarHandleArrayQueue<>(MAILBOX_LENGTH);
    private final List<Handshake> handshakes = new ArrayList<>();
    private final List<Farewell> farewells = new ArrayList<>();
    private final List<ShardAgent.Command> unsent = new ArrayList<>();
    private final Set<ReplyAddress> replyAddresses = new HashSet<>();
    private final SharedStreamGuard sharedGuard = new SharedStreamGuard(new SharedEvents());

    private ShardAgent shard;
    private int sessions;
    private long lastClockNs;

    public SessionConductor(
            Aeron aeron,
            MonotonicClock clock,
            WallClock wallClock,
            Configuration configuration,
            Namespaces namespaces,
            SessionList list,
            AcceptedTemplate accepted,
            CountersFile counters,
            EventLog log) {
        this.aeron = aeron;
        this.clock = clock;
        this.wallClock = wallClock;
        admission = new Admission(
                (int) configuration.get(Option.SESSION_LIMIT),
                (int) configuration.get(Option.SESSIONS_PER_PRINCIPAL),
                namespaces,
                accepted);
        this.list = list;
        this.accepted = accepted;
        this.counters = counters;
        this.log = log;
    }

    public void shard(ShardAgent agent) {
        shard = agent;
    }

    public void onAvailableImage(Image image) {
        tellShard((agent, nowNs) -> agent.addLane(image, nowNs));
    }

    public void onUnavailableImage(Image image) {
        tellShard((agent, nowNs) -> agent.removeLane(image));
    }

    /** The publication that sessions without a lane of their own send on. */
    public void onAvailableSharedImage(Image image) {
        guard(image);
        tellShard((agent, nowNs) -> agent.addSharedImage(image));
    }

    /**
     * Aeron calls this on the thread that closes the subscription, too: then this one may be looking at the log, which must
     * stay mapped until it does not. A full mailbox leaves it watched until the end, which is harmless.
     */
    public void onUnavailableSharedImage(Image image) {
        mailbox.offer(() -> unguard(image));
        tellShard((agent, nowNs) -> agent.removeSharedImage(image));
    }

    private void unguard(Image image) {
        if (sharedGuard.remove(image) instanceof SharedLog mapped) {
            mapped.close();
        }
    }

    private void guard(Image image) {
        try {
            sharedGuard.add(image, SharedLog.of(image, aeron.context().aeronDirectory()));
        } catch (AeronException | IllegalStateException | UncheckedIOException e) {
            counters.increment(Counter.ERRORS);
            log.write("a client that dies may hold the shared publication up: " + e.getMessage());
        }
    }

    private final class SharedEvents implements SharedStreamGuard.Events {
        @Override
        public void onUnblocked() {
            counters.increment(Counter.SHARED_UNBLOCKED);
            log.write("a message that a dead client began on the shared publication was taken away");
        }

        @Override
        public void onBlocked(long lastingNs) {
            tellShard((agent, nowNs) -> agent.excuseSharing(lastingNs));
        }
    }

    /** A client's stream for values over a message's length; the memory for one value is taken here, not by the shard. */
    public void onAvailableBulkImage(Image image) {
        BulkTransfer transfer = new BulkTransfer(accepted.maxValueLength());
        tellShard((agent, nowNs) -> agent.addBulkLane(image, transfer, nowNs));
    }

    public void onUnavailableBulkImage(Image image) {
        tellShard((agent, nowNs) -> agent.removeBulkLane(image));
    }

    @Override
    public void connect(SessionLane lane, ConnectRequest request) {
        boolean queued = mailbox.offer(() -> begin(lane, request));
        assert queued : "conductor mailbox full";
    }

    @Override
    public void close(SessionLane lane) {
        boolean queued = mailbox.offer(() -> end(lane));
        assert queued : "conductor mailbox full";
    }

    @Override
    public int doWork() {
        long nowNs = clock.nowNs();
        int work = aeron.conductorAgentInvoker().invoke();
        work += mailbox.drain(Runnable::run);
        work += progressHandshakes(nowNs);
        work += progressFarewells(nowNs);
        work += resend();
        work += sharedGuard.check(nowNs);
        if (nowNs - lastClockNs > CLOCK_INTERVAL_NS) {
            lastClockNs = nowNs;
            counters.set(Counter.LOG_LINES_LOST, log.lostLines());
            wallClock.adjust(nowNs, System.currentTimeMillis() * 1_000_000L);
        }
        return work;
    }

    private void begin(SessionLane lane, ConnectRequest request) {
        ReplyAddress address = ReplyAddress.of(request, lane.image().sourceIdentity());
        if (address == null || handshakes.size() >= SessionLimit.CONNECTS || !replyAddresses.add(address)) {
            log.write("connect ignored: pid=" + request.clientPid() + " replyStreamId=" + request.replyStreamId()
                    + " replyPort=" + request.replyPort());
            counters.increment(Counter.SESSIONS_REFUSED);
            forget(lane);
            return; // there is no stream of the client's own to refuse on
        }
        Refusal refusal = admission.admit(lane, request).orElse(null);
        if (refusal == null && request.repeats()) {
            tellShard((agent, nowNs) -> agent.attachClient(lane, request.clientIdHigh(), request.clientIdLow()));
        }
        if (refusal == null && lane.isShared() && lane.setAside() == null) {
            lane.setAside(SharedPlace.memory());
        }
        try {
            handshakes.add(new Handshake(lane, request, address, refusal));
        } catch (AeronException e) {
            failed(lane, request, e);
            replyAddresses.remove(address);
        }
    }

    private int progressHandshakes(long nowNs) {
        int work = 0;
        for (Iterator<Handshake> iterator = handshakes.iterator(); iterator.hasNext(); ) {
            Handshake handshake = iterator.next();
            try {
                if (handshake.progress(nowNs)) {
                    iterator.remove();
                    work++;
                }
            } catch (AeronException e) {
                handshake.closePublications();
                failed(handshake.lane, handshake.request, e);
                iterator.remove();
            }
        }
        return work;
    }

    private void failed(SessionLane lane, ConnectRequest request, AeronException cause) {
        log.write("handshake failed: pid=" + request.clientPid() + " " + cause.getMessage());
        counters.increment(Counter.ERRORS);
        forget(lane);
    }

    private int progressFarewells(long nowNs) {
        int before = farewells.size();
        farewells.removeIf(farewell -> farewell.progress(nowNs));
        return before - farewells.size();
    }

    private void end(SessionLane lane) {
        if (lane.replies() == null && handshakes.removeIf(handshake -> handshake.abandon(lane))) {
            admission.leave(lane);
            return;
        }
        if (lane.replies() == null || !lane.beginFarewell()) {
            return; // it never became a session, or its publications are on their way and it is closed with them
        }
        sessions--;
        admission.leave(lane);
        sharedGuard.left(lane);
        counters.set(Counter.SESSIONS, sessions);
        counters.increment(Counter.SESSIONS_CLOSED);
        unlisted(lane);
        log.write("session closed: " + lane.closeReason() + " " + lane.closeText());
        farewells.add(new Farewell(lane));
    }

    /** No session came of it: another client may have the lane's place. */
    private void forget(SessionLane lane) {
        admission.leave(lane);
        tellShard((agent, nowNs) -> agent.removeLane(lane.image()));
    }

    private void unlisted(SessionLane lane) {
        try {
            list.remove(lane);
        } catch (IOException e) {
            log.write("the list of sessions cannot be written: " + e.getMessage());
        }
    }

    private void tellShard(ShardAgent.Command command) {
        if (!unsent.isEmpty() || !shard.tell(command)) {
            unsent.add(command); // keeps the order; sent by the next cycles
            counters.increment(Counter.MAILBOX_FULL);
        }
    }

    private int resend() {
        int sent = 0;
        while (!unsent.isEmpty() && shard.tell(unsent.get(0))) {
            unsent.remove(0);
            sent++;
        }
        return sent;
    }

    /** In the log, when there are several. */
    private String shardName() {
        return accepted.route().shards() == 1 ? "" : " shard=" + accepted.shard();
    }

    public int sessions() {
        return sessions;
    }

    public boolean isIdle() {
        return farewells.isEmpty() && handshakes.isEmpty() && mailbox.isEmpty();
    }

    @Override
    public void onClose() {
        for (SharedStreamGuard.Log log : sharedGuard.removeAll()) {
            ((SharedLog) log).close();
        }
    }

    @Override
    public String roleName() {
        return "conductor";
    }

    /** A connect on its way to accepted or refused: publications made without waiting, then the answer. */
    private final class Handshake {
        private final SessionLane lane;
        private final ConnectRequest request;
        private final ReplyAddress address;
        private Refusal refusal;
        private final long deadlineNs = clock.nowNs() + HANDSHAKE_TIMEOUT_NS;
        private final long repliesId;
        private final long pagesId;
        private ExclusivePublication replies;
        private ExclusivePublication pages;

        Handshake(SessionLane lane, ConnectRequest request, ReplyAddress address, Refusal refusal) {
            this.lane = lane;
            this.request = request;
            this.address = address;
            this.refusal = refusal;
            repliesId = aeron.asyncAddExclusivePublication(address.channel(), address.streamId());
            pagesId = aeron.asyncAddExclusivePublication(address.bulkChannel(), address.streamId());
        }

        /** True when it is over. */
        boolean progress(long nowNs) {
            replies = replies != null ? replies : aeron.getExclusivePublication(repliesId);
            pages = pages != null ? pages : aeron.getExclusivePublication(pagesId);
            if (nowNs - deadlineNs > 0) {
                log.write("handshake timed out: pid=" + request.clientPid());
                closePublications();
                forget(lane);
                return true;
            }
            if (replies == null || pages == null || !replies.isConnected() || !pages.isConnected()) {
                return false;
            }
            if (refusal == null && request.repeats() && !lane.isRetryDecided()) {
                return false; // the shard has still to look for an entry
            }
            if (refusal == null && request.repeats() && lane.retryEntry() == RetryTable.NONE) {
                refusal = Admission.noRetryEntry();
            }
            return refusal == null ? accept() : refuse();
        }

        private boolean accept() {
            if (!messages.accepted(replies, request, lane, accepted)) {
                return false;
            }
            sessions++;
            counters.set(Counter.SESSIONS, sessions);
            counters.increment(Counter.SESSIONS_ACCEPTED);
            listed(lane);
            if (lane.isShared()) {
                ClientProcess.of(request.clientPid()).ifPresent(process -> sharedGuard.joined(lane, process));
            }
            log.write("session accepted: pid=" + request.clientPid() + shardName());
            ExclusivePublication laneReplies = replies;
            ExclusivePublication lanePages = pages;
            tellShard((agent, nowNs) -> agent.openLane(lane, laneReplies, lanePages, nowNs));
            return true;
        }

        private boolean refuse() {
            if (!messages.refused(
                    replies, request.correlationId(), refusal.code(), refusal.firstShard(), refusal.text())) {
                return false;
            }
            counters.increment(Counter.SESSIONS_REFUSED);
            if (refusal.counter() != null) {
                counters.increment(refusal.counter());
            }
            log.write("session refused: pid=" + request.clientPid() + " " + refusal.code() + " " + refusal.text());
            closePublications();
            forget(lane);
            return true;
        }

        private void listed(SessionLane accepted) {
            boolean repeats = accepted.retryEntry() != RetryTable.NONE;
            try {
                list.add(
                        accepted,
                        new SessionList.Connected(
                                request.clientPid(),
                                System.currentTimeMillis(),
                                request.replyStreamId(),
                                repeats,
                                accepted.isShared()));
            } catch (IOException e) {
                log.write("the list of sessions cannot be written: " + e.getMessage());
            }
        }

        boolean abandon(SessionLane gone) {
            if (lane != gone) {
                return false;
            }
            closePublications();
            return true;
        }

        void closePublications() {
            replyAddresses.remove(address);
            close(replies, repliesId);
            close(pages, pagesId);
        }

        private void close(ExclusivePublication publication, long registrationId) {
            if (publication != null) {
                publication.close();
            } else {
                aeron.asyncRemovePublication(registrationId);
            }
        }
    }

    /** A session's last message, tried for a while: a slow reader's stream is full when it is dropped. */
    private final class Farewell {
        private final SessionLane lane;
        private final long deadlineNs = clock.nowNs() + FAREWELL_TIMEOUT_NS;

        Farewell(SessionLane lane) {
            this.lane = lane;
        }

        boolean progress(long nowNs) {
            boolean said = lane.closeReason() == CloseReason.REQUESTED
                    || messages.close(lane.replies(), lane.closeReason(), lane.closeText())
                    || nowNs - deadlineNs > 0;
            if (said) {
                replyAddresses.remove(ReplyAddress.of(lane.replies(), lane.pages()));
                lane.replies().close();
                lane.pages().close();
            }
            return said;
        }
    }
}
