package io.needletail.bench.process;

/** Says on standard error how far a long run is; on one line where somebody watches, a line a stage where nobody does. */
public final class Progress {
    private final boolean terminal =
            System.console() != null && System.console().isTerminal();
    private final long beganNs = System.nanoTime();
    private String stage = "";

    /** A round of a stage begins. */
    public synchronized void round(String name, int round, int rounds) {
        if (terminal) {
            System.err.printf("\r\033[K%s: round %d of %d, %d s", name, round + 1, rounds, seconds());
            if (round + 1 == rounds) {
                System.err.println();
            }
        } else if (!name.equals(stage)) {
            System.err.printf("%s: %d rounds, %d s so far%n", name, rounds, seconds());
        }
        stage = name;
    }

    private long seconds() {
        return (System.nanoTime() - beganNs) / 1_000_000_000L;
    }
}
