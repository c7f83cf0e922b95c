package io.needletail.server.session;

import io.aeron.Image;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps a client that dies within a message on the shared publication from holding the others up: nothing behind what it began
 * can be read until that is made padding. Aeron does so after 15 s. Here it is done when the stream has stood still for longer
 * than a copy can take and a process that sent on it has died since it was last seen to move. While a living client holds the
 * stream up (it was stopped, or its core taken) what it began must stay, because it may still be written into memory that
 * others use by then; nobody's silence counts meanwhile, and all are told that the appliance lives.
 *
 * <p>For the conductor's thread, from its first look on; before that, for the thread that starts it.
 */
final class SharedStreamGuard {
    static final long CHECK_INTERVAL_NS = 2_000_000;

    /** Copying a message takes a microsecond; whoever lost the core in the middle of it has it back by now, or is not alone. */
    static final long STANDSTILL_NS = 30_000_000;

    /** How often the dead are looked for while the stream moves: each look asks the kernel once for every client. */
    static final long ACQUIT_INTERVAL_NS = 20_000_000;

    /** The same for those whom only a file shows, which takes heap. */
    private static final long ZOMBIE_INTERVAL_NS = 1_000_000_000;

    /** A fifth of the shortest liveness timeout there can be. */
    private static final long REPORT_INTERVAL_NS = 20_000_000;

    /** A stream that may be blocked. */
    interface Log {
        /** Up to where the shard has read. */
        long position();

        /** Whether room was taken at {@code position} for a message that is not there yet. */
        boolean isBegunAt(long position);

        /** Makes padding of what was begun there; false when it is done by now, or cannot be told from what is behind it. */
        boolean unblock(long position);
    }

    /** A client that may have died. */
    interface Client {
        /** Whether its process is no more; takes no heap, and does not see one that its parent has not asked after yet. */
        boolean isGone();

        boolean hasDied();
    }

    /** What came of a look. */
    interface Events {
        /** A message that a dead client had begun was taken away. */
        void onUnblocked();

        /** For so long, and since the last time, nobody could be heard. */
        void onBlocked(long lastingNs);
    }

    private final Events events;
    private final Map<Image, Watch> watches = new HashMap<>();
    private final Map<SessionLane, Client> clients = new HashMap<>();
    /** Their sessions ended while the stream stood still. */
    private final List<Client> departed = new ArrayList<>();

    private Thread owner;

    private boolean isBlocked;
    private long lastCheckNs;
    private long lastAcquitNs;
    private long lastZombiesNs;
    private long blockedNs;

    SharedStreamGuard(Events events) {
        this.events = events;
    }

    private static final class Watch {
        private static final long MOVES = -1;

        private final Log log;
        private long blockedAt = MOVES;
        private long sinceNs;

        Watch(Log log) {
            this.log = log;
        }

        /** Whether it stands where it stood at the last look, or begins to stand now. */
        boolean stands(long nowNs) {
            long position = log.position();
            if (!log.isBegunAt(position)) {
                blockedAt = MOVES;
                return false;
            }
            if (position != blockedAt) {
                blockedAt = position;
                sinceNs = nowNs;
            }
            return true;
        }
    }

    private boolean isOwner() {
        return owner == null || owner == Thread.currentThread();
    }

    void add(Image image, Log log) {
        assert isOwner() : "not the conductor: " + Thread.currentThread();
        watches.put(image, new Watch(log));
    }

    /** Gives the log of this image back; null when it was not watched. */
    Log remove(Image image) {
        assert isOwner() : "not the conductor: " + Thread.currentThread();
        Watch watch = watches.remove(image);
        isBlocked &= !watches.isEmpty(); // what comes later must not be charged with the time between
        return watch == null ? null : watch.log;
    }

    /** A client sends on the stream from now on. */
    void joined(SessionLane lane, Client client) {
        clients.put(lane, client);
    }

    void left(SessionLane lane) {
        Client client = clients.remove(lane);
        if (client != null && isBlocked) {
            departed.add(client);
        }
    }

    int check(long nowNs) {
        assert isOwner() : "not the conductor: " + Thread.currentThread();
        owner = Thread.currentThread();
        long elapsedNs = nowNs - lastCheckNs;
        if (watches.isEmpty() || elapsedNs < CHECK_INTERVAL_NS) {
            return 0;
        }
        lastCheckNs = nowNs;
        boolean wasBlocked = isBlocked;
        isBlocked = false;
        for (Watch watch : watches.values()) {
            isBlocked |= watch.stands(nowNs);
        }
        if (!isBlocked) {
            acquit(nowNs);
            blockedNs = 0;
            return 0;
        }
        watches.values().forEach(watch -> unblock(watch, nowNs));
        report(wasBlocked ? elapsedNs : 0);
        return 1;
    }

    /** The stream moves: whoever is dead by now has left nothing behind, and is not to blame for what comes. */
    private void acquit(long nowNs) {
        departed.clear();
        if (clients.isEmpty() || nowNs - lastAcquitNs < ACQUIT_INTERVAL_NS) {
            return;
        }
        lastAcquitNs = nowNs;
        clients.values().removeIf(Client::isGone);
        if (nowNs - lastZombiesNs > ZOMBIE_INTERVAL_NS) {
            lastZombiesNs = nowNs;
            clients.values().removeIf(Client::hasDied);
        }
    }

    private void unblock(Watch watch, long nowNs) {
        boolean stoodLong = watch.blockedAt != Watch.MOVES && nowNs - watch.sinceNs > STANDSTILL_NS;
        if (stoodLong && hasAnyDied() && watch.log.unblock(watch.blockedAt)) {
            events.onUnblocked();
            watch.blockedAt = Watch.MOVES;
        }
    }

    private void report(long lastingNs) {
        blockedNs += lastingNs;
        if (blockedNs > REPORT_INTERVAL_NS) {
            events.onBlocked(blockedNs);
            blockedNs = 0;
        }
    }

    private boolean hasAnyDied() {
        return departed.stream().anyMatch(Client::hasDied)
                || clients.values().stream().anyMatch(Client::hasDied);
    }

    /** All that were watched, which are no more. */
    List<Log> removeAll() {
        assert isOwner() : "not the conductor: " + Thread.currentThread();
        List<Log> logs = watches.values().stream().map(watch -> watch.log).toList();
        watches.clear();
        return logs;
    }
}
