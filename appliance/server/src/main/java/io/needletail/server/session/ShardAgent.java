package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.logbuffer.FragmentHandler;
import io.needletail.engine.ShardEngine;
import io.needletail.memory.StallRing;
import io.needletail.protocol.CloseReason;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.MonotonicClock;
import io.needletail.registry.view.ShardRoute;
import io.needletail.server.Counter;
import io.needletail.server.CountersFile;
import io.needletail.server.WallClock;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.Option;
import java.util.ArrayList;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * The shard's duty cycle, the only thread that changes the region: one clock read, then lanes, mailbox, the media driver
 * when it has no thread of its own, lease and counters. Stepped by hand in tests.
 */
public final class ShardAgent implements Agent {
    /** Half a term is the publication limit's window; the limit must be moved well before it is used up. */
    private static final long BYTES_PER_DRIVER_TURN = 24 * 1024;

    private static final long DRIVER_INTERVAL_NS = 1_000_000;
    private static final long HOUSEKEEPING_INTERVAL_NS = 1_000_000;
    /** A tenth of the shortest liveness timeout there can be. */
    private static final long OWN_STALL_NS = 10_000_000;

    /** A cycle that takes longer is worth a note: a hundred gets, or twice the driver's longest usual turn. */
    private static final long STALL_NS = 10_000;

    /** Whoever was answered asks again, if at all, within so many cycles. */
    private static final int CYCLES_OF_AN_ASKER = 5;

    /**
     * While nobody asks, so many looks at lanes go before the rest of a cycle, whose clock alone takes as long as some of them: who
     * asks meanwhile waits for the next look, not for the rest.
     */
    private static final int LOOKS = 8;

    /** Images that are read to nobody; a client that makes more of them keeps their logs in memory. */
    private static final int MAX_DRAINED = 4 * SessionLimit.PUBLICATIONS;

    private static final FragmentHandler NOBODY = (buffer, offset, length, header) -> {};

    private static final int ORPHANS_PER_CYCLE = 4;

    /** Of an acknowledgement that was held; who waits for the driver to be turned counts what was written. */
    private static final int ANSWER_BYTES = 64;

    /** How long a shard that stops waits for what it has yet to acknowledge. */
    private static final long LAST_WAIT_NS = 1_000_000_000;

    private static final long CONNECT_TIMEOUT_NS = 10_000_000_000L;

    /** A note to the shard, run on its thread. */
    @FunctionalInterface
    public interface Command {
        void run(ShardAgent shard, long nowNs);
    }

    private final ShardEngine engine;
    private final MonotonicClock clock;
    private final WallClock wallClock;
    private final AgentInvoker driver;
    private final ControlPlane control;
    private final ShardCounters counters;
    private final Orphans orphans;
    private final RequestDispatcher dispatcher;
    private final Acknowledgements acknowledgements;
    private final StallRing stalls;
    private final Runnable onStart;
    private final Frame frame = new Frame();
    /** Every session, for what is done now and then. */
    private final ArrayList<SessionLane> lanes = new ArrayList<>();
    /** Those with an image of their own, which is looked at in every cycle. */
    private final ArrayList<SessionLane> polledLanes = new ArrayList<>();

    private final Newcomers<SessionLane> newLanes = new Newcomers<>();

    private final SharedLanes shared;
    /** Of sessions that are over; unread bytes in them would keep their logs in memory for ever. */
    private final ArrayList<Image> endedImages = new ArrayList<>();

    private final ArrayList<BulkLane> bulkLanes = new ArrayList<>();
    private final Newcomers<BulkLane> newBulkLanes = new Newcomers<>();
    private final MpscVarHandleArrayQueue<Command> mailbox = new MpscVarHandleArrayQueue<>(SessionLimit.MAILBOX);

    private final long leaseNs;
    private final long livenessTimeoutNs;
    private final long slowReaderTimeoutNs;
    private final int laneLimit;
    private final int requestsPerTurn;
    /** Who has the driver look at sockets asks for that in every cycle. */
    private final long driverIntervalNs;

    private final boolean spins;

    private final MirrorState mirrors;

    private long lastDriverTurnNs;
    private long lastHousekeepingNs;
    private long lastWaitNs;
    private long bytesSinceDriverTurn;
    private int idleCycles;
    private long expiredUpTo;
    private long lastCycleNs;
    private boolean failed;

    public ShardAgent(
            ShardEngine engine,
            Configuration configuration,
            MonotonicClock clock,
            WallClock wallClock,
            AgentInvoker driver,
            ControlPlane control,
            ScanAgent scans,
            ValueAgent largeValues,
            ShardRoute route,
            CountersFile countersFile,
            StallRing stalls,
            MirrorState mirrors,
            Runnable onStart) {
        this.engine = engine;
        this.clock = clock;
        this.wallClock = wallClock;
        this.driver = driver;
        this.control = control;
        this.stalls = stalls;
        this.mirrors = mirrors;
        this.onStart = onStart;
        counters = new ShardCounters(countersFile, engine);
        orphans = new Orphans(engine);
        acknowledgements = new Acknowledgements(engine, counters, configuration.get(Option.JOURNAL) == 1, mirrors, (int)
                configuration.get(Option.HELD_ACKNOWLEDGEMENTS));
        dispatcher = new RequestDispatcher(
                engine,
                new LaneAssignment(),
                scans,
                largeValues,
                counters,
                orphans,
                this::disown,
                route,
                (int) configuration.get(Option.ANONYMOUS_PER_SESSION),
                acknowledgements);
        laneLimit = (int) configuration.get(Option.LATENCY_LANES);
        int sharing = (int) Math.max(0, configuration.get(Option.SESSION_LIMIT) - laneLimit);
        requestsPerTurn = configuration.profile().requestsPerTurn();
        shared = new SharedLanes(sharing, requestsPerTurn, frame, dispatcher, counters);
        leaseNs = configuration.get(Option.LEASE);
        livenessTimeoutNs = configuration.get(Option.LIVENESS_TIMEOUT);
        slowReaderTimeoutNs = configuration.get(Option.SLOW_READER_TIMEOUT);
        driverIntervalNs = configuration.udp() == null ? DRIVER_INTERVAL_NS : 0;
        spins = configuration.profile().spins();
    }

    @Override
    public void onStart() {
        onStart.run();
        stalls.begin();
        engine.handOver();
        lastCycleNs = clock.nowNs();
        expiredUpTo = engine.sequence();
    }

    @Override
    public int doWork() {
        if (failed) {
            turnDriver(clock.nowNs()); // what was answered last is on its way still
            return 0;
        }
        long nowNs = clock.nowNs();
        if (spins) {
            measureCycle(nowNs);
        }
        engine.advanceTime(wallClock.epochNs(nowNs));
        if (!mirrors.mayServe(nowNs)) {
            return waitForLease(nowNs);
        }
        acknowledgements.countMirrors();
        int work = acknowledgements.isEmpty() ? 0 : release(nowNs);
        work += pollLanes(nowNs);
        work += shared.hasImages() ? pollShared(nowNs) : 0;
        work += bulkLanes.isEmpty() ? 0 : pollBulkLanes(nowNs);
        work += newLanes.isEmpty() ? 0 : poll(newLanes.next(), nowNs);
        work += newBulkLanes.isEmpty() ? 0 : adopt(newBulkLanes.next());
        work += readMailbox(nowNs);
        work += expire(work) + orphans.free(ORPHANS_PER_CYCLE);
        turnDriver(nowNs);
        long sinceHousekeepingNs = nowNs - lastHousekeepingNs;
        if (sinceHousekeepingNs > HOUSEKEEPING_INTERVAL_NS) {
            lastHousekeepingNs = nowNs;
            excuse(sinceHousekeepingNs);
            keepHouse(nowNs);
        }
        return work;
    }

    /** Somebody else may be the primary by now: nobody is answered, until it is known that nobody is. */
    private int waitForLease(long nowNs) {
        int work = readMailbox(nowNs);
        turnDriver(nowNs);
        if (nowNs - lastWaitNs > HOUSEKEEPING_INTERVAL_NS) {
            lastWaitNs = nowNs; // the house is not kept: what sessions did not say meanwhile is excused behind it
            prolongLease(nowNs);
            counters.note(mirrors);
            counters.publish();
        }
        return work;
    }

    private void prolongLease(long nowNs) {
        engine.live().leaseUntilNs(mirrors.leaseUntilNs(nowNs + leaseNs), nowNs);
    }

    /**
     * A step finds an entry or frees one, and a request that comes meanwhile waits for it. So steps are taken behind an answer,
     * when its asker cannot have asked again yet, and when nobody has asked for a while. Every change may have made a deadline
     * and is followed by the two steps that end one, so that entries go as fast as they can come, however many come in a cycle.
     */
    private int expire(int work) {
        if (work > 0) {
            idleCycles = 0;
        } else if (spins && ++idleCycles < CYCLES_OF_AN_ASKER) {
            return 0;
        }
        int changes = (int) (engine.sequence() - expiredUpTo);
        int freed = engine.expire(1 + 2 * changes);
        expiredUpTo = engine.sequence();
        return freed;
    }

    private int release(long nowNs) {
        int released = acknowledgements.release(nowNs);
        bytesSinceDriverTurn += (long) released * ANSWER_BYTES;
        return released;
    }

    private void measureCycle(long nowNs) {
        long cycleNs = nowNs - lastCycleNs;
        counters.max(Counter.MAX_CYCLE_NS, cycleNs);
        if (cycleNs > STALL_NS) {
            counters.add(Counter.STALLS);
            stalls.add(lastCycleNs, cycleNs);
        }
        lastCycleNs = nowNs;
    }

    private int pollLanes(long nowNs) {
        int work = 0;
        int count = polledLanes.size();
        for (int looks = 0; looks < LOOKS && work == 0; looks += Math.max(count, spins ? 1 : LOOKS)) {
            for (int i = 0; i < count; i++) {
                work += poll(polledLanes.get(i), nowNs);
            }
        }
        return work;
    }

    private int poll(SessionLane lane, long nowNs) {
        long before = lane.image().position();
        int polled = lane.poll(nowNs);
        if (polled > 0) {
            bytesSinceDriverTurn += lane.image().position() - before;
        }
        if (lane.isStalled()) {
            bytesSinceDriverTurn = BYTES_PER_DRIVER_TURN; // its limit may only have to be moved
        }
        return polled;
    }

    private int pollShared(long nowNs) {
        int work = shared.poll(nowNs);
        bytesSinceDriverTurn += shared.takenBytes();
        if (shared.isStalled()) {
            bytesSinceDriverTurn = BYTES_PER_DRIVER_TURN; // as with a lane of its own
        }
        return work;
    }

    private int pollBulkLanes(long nowNs) {
        int work = 0;
        for (int i = 0, count = bulkLanes.size(); i < count; i++) {
            BulkLane bulk = bulkLanes.get(i);
            long before = bulk.image().position();
            work += bulk.poll(nowNs);
            bytesSinceDriverTurn += bulk.image().position() - before;
        }
        return work;
    }

    /** A client's two publications have the same Aeron session id; ids of two media drivers may be the same. */
    private int adopt(BulkLane bulk) {
        for (int i = 0, count = lanes.size(); i < count; i++) {
            SessionLane lane = lanes.get(i);
            if (lane.isOpen() && bulk.isOf(lane)) {
                bulk.owner(lane);
                newBulkLanes.remove(bulk);
                bulkLanes.add(bulk);
                return 1;
            }
        }
        return 0;
    }

    private int readMailbox(long nowNs) {
        Command command = mailbox.relaxedPoll();
        if (command == null) {
            return 0;
        }
        command.run(this, nowNs);
        return 1;
    }

    private void turnDriver(long nowNs) {
        if (driver == null) {
            return;
        }
        if (bytesSinceDriverTurn >= BYTES_PER_DRIVER_TURN || nowNs - lastDriverTurnNs > driverIntervalNs) {
            bytesSinceDriverTurn = 0;
            lastDriverTurnNs = nowNs;
            driver.invoke();
        }
    }

    /** When the shard itself stood still, what it did not hear is not its clients' silence. */
    private void excuse(long stallNs) {
        if (stallNs > OWN_STALL_NS) {
            for (int i = 0, count = lanes.size(); i < count; i++) {
                lanes.get(i).excuse(stallNs);
            }
        }
    }

    /** For a client that repeats requests and that the conductor admits. */
    void attachClient(SessionLane lane, long clientIdHigh, long clientIdLow) {
        dispatcher.attachClient(lane, clientIdHigh, clientIdLow);
    }

    /** Nobody on the shared publication could be heard for so long, nor be answered. */
    void excuseSharing(long silenceNs) {
        shared.excuse(silenceNs);
    }

    private void keepHouse(long nowNs) {
        prolongLease(nowNs);
        shared.forgetWaitingOfEnded();
        forgetEndedLanes(nowNs);
        drainEnded();
        for (int i = 0, count = lanes.size(); i < count; i++) {
            SessionLane lane = lanes.get(i);
            if (lane.isSilentSince(livenessTimeoutNs, nowNs)) {
                counters.add(Counter.LIVENESS_TIMEOUTS);
                dispatcher.close(lane, CloseReason.LIVENESS_TIMEOUT, "no sign of life");
            } else if (lane.isIdleNewSince(CONNECT_TIMEOUT_NS, nowNs)) {
                dispatcher.close(lane, CloseReason.NOT_CONNECTED, "no connect came");
            } else if (lane.isStalledSince(slowReaderTimeoutNs, nowNs)) {
                counters.add(Counter.SLOW_READERS);
                dispatcher.close(lane, CloseReason.SLOW_READER, "answers were left unread");
            }
        }
        counters.note(mirrors);
        counters.publish();
    }

    /**
     * Their images may stay for seconds, when they came by UDP; others need the places. One whose scans and large values are not
     * over keeps its own: there are as many of those requests as places.
     */
    private void forgetEndedLanes(long nowNs) {
        for (int i = lanes.size() - 1; i >= 0; i--) {
            SessionLane lane = lanes.get(i);
            if (lane.isOver()) {
                lanes.remove(i);
                polledLanes.remove(lane);
                newLanes.remove(lane);
                drain(lane.image());
                if (lane.isShared()) {
                    shared.forget(lane);
                }
            }
        }
        for (int i = bulkLanes.size() - 1; i >= 0; i--) {
            BulkLane bulk = bulkLanes.get(i);
            if (bulk.isOver()) {
                bulkLanes.remove(i);
                drain(bulk.image());
            }
        }
        for (int i = newBulkLanes.size() - 1; i >= 0; i--) {
            BulkLane bulk = newBulkLanes.get(i);
            if (bulk.isOrphanSince(CONNECT_TIMEOUT_NS, nowNs)) {
                newBulkLanes.remove(bulk);
                drain(bulk.image());
            }
        }
    }

    /** Whoever deletes an entry is nearly always the session that it belongs to. */
    private void disown(long handle, SessionLane by) {
        if (engine.registry().isKeyed(Handle.slot(handle)) || by.disown(handle)) {
            return;
        }
        for (int i = 0, count = lanes.size(); i < count; i++) {
            if (lanes.get(i).disown(handle)) {
                return;
            }
        }
    }

    private void drain(Image image) {
        if (image != null && endedImages.size() < MAX_DRAINED) {
            endedImages.add(image);
        }
    }

    /** Reads to nobody, until the clients have gone. */
    private void drainEnded() {
        for (int i = endedImages.size() - 1; i >= 0; i--) {
            Image image = endedImages.get(i);
            if (image.isClosed()) {
                endedImages.remove(i);
            } else {
                image.poll(NOBODY, requestsPerTurn);
            }
        }
    }

    /** Puts a note into the mailbox, from any thread; false when it is full. */
    public boolean tell(Command command) {
        return mailbox.offer(command);
    }

    void addLane(Image image, long nowNs) {
        if (lanes.size() == SessionLimit.PUBLICATIONS) {
            counters.add(Counter.LANES_REFUSED);
            drain(image);
            return;
        }
        SessionLane lane = new SessionLane(image, frame, dispatcher, requestsPerTurn, nowNs);
        lanes.add(lane);
        newLanes.add(lane);
    }

    void removeLane(Image image) {
        for (int i = lanes.size() - 1; i >= 0; i--) {
            SessionLane lane = lanes.get(i);
            if (lane.image() == image) {
                dispatcher.close(lane, CloseReason.REQUESTED, "the client is gone");
            }
        }
    }

    void addSharedImage(Image image) {
        shared.add(image);
    }

    void removeSharedImage(Image image) {
        shared.remove(image);
    }

    void addBulkLane(Image image, BulkTransfer transfer, long nowNs) {
        if (bulkLanes.size() + newBulkLanes.size() >= SessionLimit.PUBLICATIONS) {
            counters.add(Counter.LANES_REFUSED);
            drain(image);
            return;
        }
        newBulkLanes.add(new BulkLane(image, transfer, dispatcher, nowNs));
    }

    void removeBulkLane(Image image) {
        bulkLanes.removeIf(bulk -> bulk.image() == image);
        newBulkLanes.removeIf(bulk -> bulk.image() == image);
    }

    /** Opens a connected lane; one that ended meanwhile gets its publications only to be closed with them. */
    void openLane(SessionLane lane, ExclusivePublication replies, ExclusivePublication pages, long nowNs) {
        assert replies != null && pages != null;
        newLanes.remove(lane);
        if (!lane.open(replies, pages, nowNs)) {
            control.close(lane);
        } else if (!lane.isShared()) {
            polledLanes.add(lane);
        }
    }

    /** The first to connect get a lane of their own, the others share one. By UDP every client has its own. */
    private final class LaneAssignment implements ControlPlane {
        @Override
        public void connect(SessionLane lane, ConnectRequest request) {
            if (request.replyPort() == 0 && takenLanes() >= laneLimit) {
                shared.adopt(
                        lane); // else it gets one of its own all the same, or is refused for the number of sessions
            }
            control.connect(lane, request);
        }

        private int takenLanes() {
            int taken = 0;
            for (int i = 0, count = lanes.size(); i < count; i++) {
                taken += lanes.get(i).takesLane() ? 1 : 0;
            }
            return taken;
        }

        @Override
        public void close(SessionLane lane) {
            control.close(lane);
        }
    }

    /** Opens the shard to readers. */
    public void serve() {
        prolongLease(clock.nowNs());
        engine.serve();
    }

    /** Ends every session with a reason, before the shard stops. */
    public void closeLanes() {
        awaitAcknowledgements();
        for (SessionLane lane : lanes) {
            dispatcher.close(lane, CloseReason.SHUTDOWN, "the appliance stops");
        }
    }

    /** Nothing more is changed, so that what waits for its level need not wait long; what does not reach it is unknown. */
    private void awaitAcknowledgements() {
        long deadlineNs = clock.nowNs() + LAST_WAIT_NS;
        while (!failed
                && !acknowledgements.isEmpty()
                && clock.nowNs() - deadlineNs < 0
                && mirrors.mayServe(clock.nowNs())) {
            acknowledgements.release(clock.nowNs());
            Thread.onSpinWait();
        }
        acknowledgements.giveUp();
    }

    /** Stops the shard for good, on its own thread: after an unexpected error its state can no longer be vouched for. */
    public void fail() {
        failed = true;
        engine.fail(); // first: nothing must be served any more, whatever comes of the rest
        acknowledgements.giveUp();
    }

    @Override
    public void onClose() {
        counters.publish();
        if (!failed) {
            engine.retreat();
        }
        engine.live().leaseUntilNs(clock.nowNs(), clock.nowNs());
    }

    @Override
    public String roleName() {
        return "shard-" + engine.registry().header().shard();
    }
}
