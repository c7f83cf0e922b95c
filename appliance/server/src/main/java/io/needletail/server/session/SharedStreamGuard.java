package io.needletail.server.session;

import io.aeron.Image;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps a client that dies within a message on the shared publication from holding the others up: nothing behind what it began can
 * be read until that is made padding. Aeron does so after 15 s. Here it is done as soon as the stream has stood still for longer than
 * a copy can take and a process that sent on it is gone. While a living client holds the stream up (it was stopped, or its core taken)
 * what it began must stay, because it may still be written; then nobody's silence counts, and they are told that the appliance lives.
 *
 * <p>For the conductor's thread.
 */
final class SharedStreamGuard {
    static final long CHECK_INTERVAL_NS = 2_000_000;

    /** Copying a message takes a microsecond; whoever lost the core in the middle of it has it back by now, or is not alone. */
    private static final long STANDSTILL_NS = 10_000_000;

    /** A fifth of the shortest liveness timeout there can be. */
    private static final long REPORT_INTERVAL_NS = 20_000_000;

    /** What came of a look. */
    interface Events {
        /** A message that a dead client had begun was taken away. */
        void onUnblocked();

        /** For so long, and since the last time, nobody could be heard. */
        void onBlocked(long lastingNs);
    }

    private final Events events;
    private final List<Watch> watches = new ArrayList<>();
    private final Map<SessionLane, ProcessHandle> clients = new HashMap<>();
    /** Ended before anything they left was seen. */
    private final List<ProcessHandle> departed = new ArrayList<>();

    private long lastCheckNs;
    private long blockedNs;

    SharedStreamGuard(Events events) {
        this.events = events;
    }

    private static final class Watch {
        private final SharedLog log;
        private long position;
        private long sinceNs;

        Watch(SharedLog log, long nowNs) {
            this.log = log;
            position = log.position();
            sinceNs = nowNs;
        }
    }

    void add(SharedLog log, long nowNs) {
        watches.add(new Watch(log, nowNs));
    }

    /** Gives the log of this image back; null when it was not watched. */
    SharedLog remove(Image image) {
        for (Watch watch : watches) {
            if (watch.log.isOf(image)) {
                watches.remove(watch);
                return watch.log;
            }
        }
        return null;
    }

    /** A client sends on the stream from now on. One whose process is not seen from here cannot be told dead. */
    void joined(SessionLane lane, long pid) {
        ProcessHandle.of(pid).ifPresent(process -> clients.put(lane, process));
    }

    void left(SessionLane lane) {
        ProcessHandle process = clients.remove(lane);
        if (process != null && !process.isAlive()) {
            departed.add(process);
        }
    }

    int check(long nowNs) {
        long elapsedNs = nowNs - lastCheckNs;
        if (watches.isEmpty() || elapsedNs < CHECK_INTERVAL_NS) {
            return 0;
        }
        lastCheckNs = nowNs;
        boolean isBlocked = false;
        for (Watch watch : watches) {
            isBlocked |= isBlocked(watch, nowNs);
        }
        if (!isBlocked) {
            departed.clear();
            blockedNs = 0;
            return 0;
        }
        blockedNs += elapsedNs;
        if (blockedNs > REPORT_INTERVAL_NS) {
            events.onBlocked(blockedNs);
            blockedNs = 0;
        }
        return 1;
    }

    private boolean isBlocked(Watch watch, long nowNs) {
        long position = watch.log.position();
        if (position != watch.position || !watch.log.isBegunAt(position)) {
            watch.position = position;
            watch.sinceNs = nowNs;
            return false;
        }
        if (nowNs - watch.sinceNs > STANDSTILL_NS && hasAnyDied() && watch.log.unblock(position)) {
            events.onUnblocked();
            watch.sinceNs = nowNs;
        }
        return true;
    }

    private boolean hasAnyDied() {
        return !departed.isEmpty() || clients.values().stream().anyMatch(process -> !process.isAlive());
    }

    void close() {
        watches.forEach(watch -> watch.log.close());
        watches.clear();
    }
}
