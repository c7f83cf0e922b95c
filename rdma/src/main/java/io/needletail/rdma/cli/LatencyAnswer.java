package io.needletail.rdma.cli;

import java.io.IOException;

/** The side that is asked: sends every message back, or only polls, so that what it shows can be read. */
final class LatencyAnswer {
    /** What stands in the memory that is read. */
    static final long SHOWN = 0x5EE_DED;

    private static final int POLLS_A_LOOK = 1 << 10;

    private LatencyAnswer() {}

    /** Until all was answered, or the other side ends. */
    static void run(FabricSide side, Terms terms) throws IOException {
        boolean isAsked = terms.operation() != Terms.Operation.READ_LATENCY;
        for (long number = 1; isAsked && number <= terms.rounds(); number++) {
            for (long polls = 1; !side.hasArrived(number); polls++) {
                side.poll();
                if (polls % POLLS_A_LOOK == 0 && side.patience().isOver()) {
                    return; // between two messages it may take its time
                }
            }
            side.send(number);
        }
        side.pollToTheEnd(); // of what it reads, or of the last answer
    }
}
