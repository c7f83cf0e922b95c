package io.needletail.rdma.cli;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.function.LongConsumer;

/** The side that begins: asks, waits for the answer, takes the time. Both sides spin. */
final class LatencyRun {
    /** Words that another process or device stores. */
    static final VarHandle ORDERED = ValueLayout.JAVA_LONG.varHandle();

    private final FabricSide side;

    LatencyRun(FabricSide side) {
        this.side = side;
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
            side.patience().look(polls, beganNs);
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
            side.patience().look(polls, beganNs);
        }
        long ns = System.nanoTime() - beganNs;
        if (!side.isAnswered(LatencyAnswer.SHOWN)) {
            throw new IOException("a read that ended brought other bytes than the other side shows");
        }
        return ns;
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
