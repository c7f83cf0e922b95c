package io.needletail.replication;

import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the protocol stands on, left out one by one around the real code: each is missed by the seeds that find nothing with all of them. */
class PlantedRulesTest {
    private static final long SEED = 1;
    private static final int MOST_SEEDS = 4_000;

    @ParameterizedTest
    @EnumSource(
            value = Rule.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"DROPPED_WHEN_COVERED", "REPORTS_ARE_CHECKED", "UNREPORTED_STAYS", "COPIED_BETWEEN_EQUAL_VERSIONS"
            }) // see PrimaryTest and LineTest; too rare here
    void shouldMissWhatIsLeftOut(Rule rule) {
        long seed = Seed.of(SEED);
        String how = null;
        int tried = 0;
        for (; tried < MOST_SEEDS && how == null; tried++) {
            how = violation(seed + tried, rule);
        }
        Proof.caught("without-" + rule, "mirrors-simulated", tried, how);
    }

    private static String violation(long seed, Rule rule) {
        try (SimCluster cluster = new SimCluster(seed, Rules.without(rule))) {
            cluster.run();
            return null;
        } catch (RuntimeException | AssertionError e) {
            return "seed " + seed + ": " + e.getMessage();
        }
    }
}
