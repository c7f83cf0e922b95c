package io.needletail.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import org.junit.jupiter.api.Test;

/** Mirrors, takeovers and everything that goes wrong between them, by seeds. */
class ReplicationSimTest {
    private static final long SEED = 1;

    @Test
    void shouldLoseNothingThatWasAcknowledged() {
        long seed = Seed.of(SEED);
        long required = Proof.required(10_000, 1_000_000);
        long acknowledged = 0;
        long takeovers = 0;
        long fresh = 0;
        for (long i = 0; i < required; i++) {
            try (SimCluster cluster = new SimCluster(seed + i, Rules.ALL)) {
                cluster.run();
                acknowledged += cluster.acknowledgedCount();
                takeovers += cluster.takeovers();
                fresh += cluster.fresh();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + (seed + i) + ": " + e.getMessage(), e);
            }
        }
        System.out.println("mirrors by seed: acknowledged " + acknowledged + ", takeovers " + takeovers
                + ", looks at how fresh a mirror says it is " + fresh);
        assertThat(takeovers).isGreaterThan(required / 10);
        assertThat(fresh).isGreaterThan(required);
        Proof.note("mirrors-simulated", required, required, seed);
    }
}
