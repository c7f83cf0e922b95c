package io.needletail.demo;

import java.util.SplittableRandom;

/**
 * Order flow of the same shape as a real hour, from a seed: about half new orders, most of the rest deletes, prices that
 * wander, now and then an event of an unknown order or of a type that is ignored.
 */
final class TapeGenerator {
    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final long FIRST_ID = 16_000_000L;
    private static final long TICK = 100;
    private static final int LIVE_LIMIT = 8192;

    private final SplittableRandom random;
    private final long[] liveIds = new long[LIVE_LIMIT];
    private final int[] liveSizes = new int[LIVE_LIMIT];
    private int live;
    private long nextId = FIRST_ID;
    private long middle = 5_850_000;

    private TapeGenerator(long seed) {
        random = new SplittableRandom(seed);
    }

    static Tape generate(String symbol, int rows, long seed) {
        Tape tape = new Tape(symbol);
        TapeGenerator generator = new TapeGenerator(seed);
        long meanGapNs = HOUR_NS / rows;
        long timeNs = 34_200_000_000_000L;
        for (int i = 0; i < rows; i++) {
            timeNs += generator.random.nextLong(2 * meanGapNs);
            generator.next(tape, timeNs);
        }
        return tape;
    }

    private void next(Tape tape, long timeNs) {
        middle += (random.nextInt(5) - 2) * TICK;
        int dice = random.nextInt(100);
        if (live == LIVE_LIMIT || (live > 64 && dice < 42)) {
            remove(tape, timeNs, Tape.DELETE);
        } else if (live > 64 && dice < 48) {
            reduce(tape, timeNs, random.nextBoolean() ? Tape.PARTIAL_CANCEL : Tape.EXECUTION);
        } else if (dice < 95) {
            add(tape, timeNs);
        } else if (dice < 98) {
            tape.add(timeNs, 5, 0, 100, middle, Tape.BUY);
        } else {
            tape.add(timeNs, Tape.DELETE, 1 + random.nextLong(FIRST_ID - 1), 100, middle, Tape.SELL);
        }
    }

    private void add(Tape tape, long timeNs) {
        boolean buy = random.nextBoolean();
        long distance = (1 + random.nextInt(50)) * TICK;
        liveIds[live] = nextId++;
        liveSizes[live] = 1 + random.nextInt(500);
        tape.add(
                timeNs,
                Tape.NEW_ORDER,
                liveIds[live],
                liveSizes[live],
                buy ? middle - distance : middle + distance,
                buy ? Tape.BUY : Tape.SELL);
        live++;
    }

    private void remove(Tape tape, long timeNs, int type) {
        int at = random.nextInt(live);
        tape.add(timeNs, type, liveIds[at], liveSizes[at], middle, Tape.BUY);
        forget(at);
    }

    private void reduce(Tape tape, long timeNs, int type) {
        int at = random.nextInt(live);
        int shares = 1 + random.nextInt(liveSizes[at]);
        tape.add(timeNs, type, liveIds[at], shares, middle, Tape.BUY);
        liveSizes[at] -= shares;
        if (liveSizes[at] == 0) {
            forget(at);
        }
    }

    private void forget(int at) {
        live--;
        liveIds[at] = liveIds[live];
        liveSizes[at] = liveSizes[live];
    }
}
