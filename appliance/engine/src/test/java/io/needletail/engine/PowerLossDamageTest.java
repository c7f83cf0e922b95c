package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RetryLayout;
import io.needletail.registry.view.SlotLayout;
import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Turns every bit over that recovery relies on, one at a time, with nothing on the medium that was not forced there: the region is
 * refused, or holds what it held. The one change that may be missing is the last, which cannot be told from one that was under way.
 */
class PowerLossDamageTest {
    private static final long SEED = 47;

    private final Map<PowerLossRun.Turned, Long> outcomes = new EnumMap<>(PowerLossRun.Turned.class);
    private long bits;

    @Test
    void shouldServeNothingWrongWhicheverBitTurnsOver() {
        long seed = Seed.of(SEED);
        for (int operations : new int[] {40, 25
        }) { // the second has just begun an epoch: one copy of the redo line is of the one before
            try (PowerLossRun run = new PowerLossRun(seed, PowerLossPlant.NOTHING, new LongSet())) {
                run.runUnwatched(operations, false);
                turnAll(run, run.layout());
            }
        }
        System.out.println("bits turned over: " + bits + " " + outcomes);
        assertThat(outcomes).containsKeys(PowerLossRun.Turned.REFUSED, PowerLossRun.Turned.WITHOUT_THE_LAST);
        Proof.note("bits-of-persistent-memory", 80_000, bits, seed);
    }

    /** Of a log that goes on in the next segment; one bit of each byte, because all of the segment before is walked each time. */
    @Test
    void shouldNotTakeADamagedHeaderOrPadForTheEnd() {
        long seed = Seed.of(SEED + 1);
        SplittableRandom random = new SplittableRandom(seed);
        try (PowerLossRun run = new PowerLossRun(seed, PowerLossPlant.NOTHING, new LongSet())) {
            run.runUnwatched(12, true);
            long base = RingSegment.baseOf(run.ringEnd());
            assertThat(run.ringEnd() - base).isBetween(8L * RecordLayout.LINE_LENGTH, 1L << 16);
            for (long at = base - 4 * RecordLayout.LINE_LENGTH; at < run.ringEnd() - RecordLayout.LINE_LENGTH; at++) {
                PowerLossRun.Turned outcome = run.turn(run.offsetOf(at), random.nextInt(Byte.SIZE));
                assertThat(outcome)
                        .as("position %d of %d", at, run.ringEnd())
                        .isNotIn(PowerLossRun.Turned.WITHOUT_THE_LAST, PowerLossRun.Turned.WITHOUT_THE_LAST_TWO);
            }
        }
    }

    /** A line whose medium has failed reads as something else, where it can be read at all. */
    @Test
    void shouldServeNothingWrongWhicheverLineIsPoisoned() {
        long seed = Seed.of(SEED + 2);
        SplittableRandom random = new SplittableRandom(seed);
        long lines = 0;
        for (int operations : new int[] {40, 25}) {
            try (PowerLossRun run = new PowerLossRun(seed, PowerLossPlant.NOTHING, new LongSet())) {
                run.runUnwatched(operations, false);
                RegionLayout layout = run.layout();
                long last = run.offsetOf(run.ringEnd() - RecordLayout.LINE_LENGTH);
                lines += poison(run, 0, RegionLayout.HEADER_LENGTH, last, random);
                lines += poison(
                        run,
                        RegionLayout.REDO_OFFSET,
                        RegionLayout.REDO_OFFSET + 2L * RegionLayout.LIVE_LINE_LENGTH,
                        last,
                        random);
                lines += poison(
                        run, layout.retryOffset(), layout.retryOffset() + 4L * RetryLayout.ENTRY_LENGTH, last, random);
                lines += poison(run, layout.keyedOffset(), layout.directoryOffset(), last, random);
                lines += poison(run, run.offsetOf(run.redoBase()), last + RecordLayout.LINE_LENGTH, last, random);
            }
        }
        assertThat(outcomes).containsKeys(PowerLossRun.Turned.REFUSED, PowerLossRun.Turned.WITHOUT_THE_LAST);
        Proof.note("poisoned-lines", 500, lines, seed);
    }

    /**
     * In the line of the change before the last, not enough is left to prove that another one followed: a bit is found there, a line is
     * not.
     */
    private long poison(PowerLossRun run, long from, long to, long last, SplittableRandom random) {
        long lines = 0;
        for (long offset = from; offset < to; offset += SimPmem.LINE) {
            long poison = random.nextInt(3) == 0 ? -1 : random.nextLong();
            boolean isSlot = offset >= run.layout().keyedOffset()
                    && offset < run.layout().directoryOffset(); // zeros there are a slot that was never used
            PowerLossRun.Turned outcome = run.poison(offset, isSlot || random.nextInt(3) != 0 ? poison : 0);
            PowerLossRun.Turned mayBe = offset == last
                    ? PowerLossRun.Turned.WITHOUT_THE_LAST
                    : offset == last - SimPmem.LINE
                            ? PowerLossRun.Turned.WITHOUT_THE_LAST_TWO
                            : PowerLossRun.Turned.AS_IT_WAS;
            assertThat(outcome)
                    .as("offset=%d last=%d", offset, last)
                    .isIn(PowerLossRun.Turned.REFUSED, PowerLossRun.Turned.AS_IT_WAS, mayBe);
            outcomes.merge(outcome, 1L, Long::sum);
            lines++;
        }
        System.out.println("lines poisoned: " + lines + " " + outcomes);
        return lines;
    }

    private void turnAll(PowerLossRun run, RegionLayout layout) {
        turn(run, 0, RegionLayout.HEADER_LENGTH, false);
        turn(run, RegionLayout.REDO_OFFSET, RegionLayout.REDO_OFFSET + 2L * RegionLayout.LIVE_LINE_LENGTH, false);
        turn(run, layout.retryOffset(), layout.retryOffset() + RetryLayout.ENTRY_LENGTH, false);
        turn(run, layout.keyedOffset(), layout.keyedOffset() + 8 * SlotLayout.KEYED_LENGTH, false);
        turn(run, layout.anonymousOffset(), layout.anonymousOffset() + 2 * SlotLayout.ANONYMOUS_LENGTH, false);
        long ring = layout.ringOffset();
        long begin = ring + run.redoBase() % layout.sizing().ringLength();
        long last = ring
                + (run.ringEnd() - RecordLayout.LINE_LENGTH) % layout.sizing().ringLength();
        turn(run, begin, last, false);
        turn(run, last, last + RecordLayout.LINE_LENGTH, true);
    }

    private void turn(PowerLossRun run, long from, long to, boolean mayBeWithoutTheLast) {
        assertThat(to).isGreaterThan(from);
        for (long offset = from; offset < to; offset++) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                PowerLossRun.Turned outcome = run.turn(offset, bit);
                boolean isMissing = outcome == PowerLossRun.Turned.WITHOUT_THE_LAST && !mayBeWithoutTheLast
                        || outcome == PowerLossRun.Turned.WITHOUT_THE_LAST_TWO;
                if (isMissing) {
                    throw new AssertionError("a change before the last is missing: offset=" + offset + " bit=" + bit);
                }
                outcomes.merge(outcome, 1L, Long::sum);
                bits++;
            }
        }
    }
}
