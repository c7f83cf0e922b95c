package io.needletail.rdma.cli;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** The side that begins: asks, waits for the answer, takes the time. Both sides spin. */
final class LatencyRun {
    /** Words that another process or device stores. */
    static final VarHandle ORDERED = ValueLayout.JAVA_LONG.varHandle();

    private static final long MOST_NS = 10_000_000_000L;

    private final FabricSide side;
    private final BooleanSupplier isOtherGone;

    LatencyRun(FabricSide side, BooleanSupplier isOtherGone) {
        this.side = side;
        this.isOtherGone = isOtherGone;
    }

    /**
     * One message there and one back.
     *
     * @return ns
     */
    long thereAndBack(long number) throws IOException {
        long beganNs = System.nanoTime();
        side.send(number);
        for (long polls = 1; !side.hasArrived(number); polls++) {
            side.poll();
            look(polls, beganNs);
        }
        return System.nanoTime() - beganNs;
    }

    /**
     * One read of what the other side shows.
     *
     * @return ns
     */
    long read(long number) throws IOException {
        side.forgetAnswer();
        long beganNs = System.nanoTime();
        side.ask(number);
        for (long polls = 1; !side.isIdle(); polls++) {
            side.poll();
            look(polls, beganNs);
        }
        long ns = System.nanoTime() - beganNs;
        if (!side.isAnswered(LatencyAnswer.SHOWN)) {
            throw new IOException("a read that ended brought other bytes than the other side shows");
        }
        return ns;
    }

    private void look(long polls, long beganNs) throws IOException {
        if (FabricSide.isLook(polls)) {
            if (isOtherGone.getAsBoolean()) {
                throw new IOException("the other side has ended");
            }
            if (System.nanoTime() - beganNs > MOST_NS) {
                throw new IOException(
                        "no answer within " + MOST_NS / 1_000_000_000L + " s; is the other side's address reached?");
            }
        }
    }

    /** Rounds one after the other, of which the first are for the compiler. */
    void run(Terms.Operation operation, int warmUp, int measured, LongConsumer ns) throws IOException {
        for (int round = 1; round <= warmUp + measured; round++) {
            long took = operation == Terms.Operation.READ_LATENCY ? read(round) : thereAndBack(round);
            if (round > warmUp) {
                ns.accept(took);
            }
        }
    }
}
