package io.needletail.rdma.cli;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** How long a side waits for the other: not for ever, not when that has ended, and not when it is told to stop itself. */
final class Patience {
    private static final long MOST_NS = 10_000_000_000L;
    /** Polls between two looks at the clock. */
    private static final int POLLS_A_LOOK = 1 << 10;

    /** Set when the process is to end: what is open has to be closed by the thread that uses it. */
    private static volatile boolean isStopping;

    private final BooleanSupplier isOtherGone;

    Patience(BooleanSupplier isOtherGone) {
        this.isOtherGone = isOtherGone;
    }

    static void stop() {
        isStopping = true;
    }

    /** Whether nothing is to be waited for any more. */
    boolean isOver() {
        return isStopping || isOtherGone.getAsBoolean();
    }

    /** After so many polls since a time. */
    void look(long polls, long sinceNs) throws IOException {
        if ((polls & POLLS_A_LOOK - 1) != 0) {
            return;
        }
        if (isOver()) {
            throw new IOException(isStopping ? "stopped" : "the other side has ended");
        }
        if (System.nanoTime() - sinceNs > MOST_NS) {
            throw new IOException("no answer within " + MOST_NS / 1_000_000_000L
                    + " s; is the other side's address reached by the provider too?");
        }
    }
}
