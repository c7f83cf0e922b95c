package io.needletail.rdma.cli;

import java.util.function.BooleanSupplier;

/** The side that is asked: sends every message back, or only polls, so that what it shows can be read. */
final class LatencyAnswer {
    /** What stands in the memory that is read. */
    static final long SHOWN = 0x5EE_DED;

    private LatencyAnswer() {}

    /** Until all was answered, or the other side ends. */
    static void run(FabricSide side, Terms terms, BooleanSupplier isOtherGone) {
        if (terms.operation() == Terms.Operation.READ_LATENCY) {
            side.poll();
            while (!isOtherGone.getAsBoolean()) {
                side.poll();
            }
            return;
        }
        for (long number = 1; number <= terms.rounds(); number++) {
            for (long polls = 1; !side.hasArrived(number); polls++) {
                side.poll();
                if (FabricSide.isLook(polls) && isOtherGone.getAsBoolean()) {
                    return;
                }
            }
            side.send(number);
        }
        while (!isOtherGone.getAsBoolean()) {
            side.poll(); // the last answer has to be moved on
        }
    }
}
