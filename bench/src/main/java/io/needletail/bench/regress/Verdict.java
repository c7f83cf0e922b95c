package io.needletail.bench.regress;

import io.needletail.bench.report.Targets;
import io.needletail.bench.stats.Rounds;

/**
 * What became of one ratio.
 *
 * @param key of the ratio
 * @param stored rounds of the baseline
 * @param now the median of the new run
 */
record Verdict(String key, double[] stored, double now) {
    enum Kind {
        WORSE,
        BETTER,
        SAME
    }

    /** Worse is beyond the worst of the stored rounds: as far off the baseline's own run never was. */
    Kind kind() {
        boolean isAbove = now > Rounds.max(stored);
        boolean isBelow = now < Rounds.min(stored);
        if (!isAbove && !isBelow) {
            return Kind.SAME;
        }
        return isAbove == Targets.higherIsBetter(key) ? Kind.BETTER : Kind.WORSE;
    }

    double before() {
        return Rounds.median(stored);
    }
}
