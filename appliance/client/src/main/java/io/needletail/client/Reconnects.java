package io.needletail.client;

import java.util.concurrent.locks.LockSupport;

/** Tries to connect, less and less often, until it succeeds or the time is up. */
final class Reconnects {
    private static final long FIRST_PAUSE_NS = 1_000_000;
    private static final long LONGEST_PAUSE_NS = 250_000_000;
    /** An attempt may talk to the files of a driver that was killed, and never hear anything. */
    private static final long FIRST_ATTEMPT_NS = 1_000_000_000;

    /** Connects within a time, or throws. */
    @FunctionalInterface
    interface Attempt {
        void within(long patienceNs);
    }

    private SessionException last;

    /** A lost session. */
    boolean connect(Session session, long deadlineNs) {
        return connect(session::reconnect, deadlineNs);
    }

    /** False when the time is up; all but UNREACHABLE is thrown, because asking again would not help. */
    boolean connect(Attempt attempt, long deadlineNs) {
        long pauseNs = FIRST_PAUSE_NS;
        long attemptNs = FIRST_ATTEMPT_NS;
        for (long leftNs = deadlineNs - System.nanoTime(); leftNs > 0; leftNs = deadlineNs - System.nanoTime()) {
            try {
                attempt.within(Math.min(attemptNs, leftNs));
                return true;
            } catch (SessionException e) {
                if (e.kind() != SessionException.Kind.UNREACHABLE) {
                    throw e;
                }
                last = e;
            }
            LockSupport.parkNanos(Math.min(pauseNs, Math.max(0, deadlineNs - System.nanoTime())));
            pauseNs = Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
            attemptNs *= 2;
        }
        return false;
    }

    /** Why the last attempt came to nothing, or null. */
    SessionException last() {
        return last;
    }
}
