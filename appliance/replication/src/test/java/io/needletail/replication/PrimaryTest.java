package io.needletail.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.testing.Proof;
import org.junit.jupiter.api.Test;

/** What the seeds do not come to often enough. */
class PrimaryTest {
    /** A seed with two mirrors, of which one's word is enough, and no machine that is slower than the others. */
    private static SimCluster cluster(Rules rules) {
        for (long seed = 1; ; seed++) {
            SimCluster cluster = new SimCluster(seed, rules);
            cluster.quiet(400, 0, 1, 2);
            Configuration agreed = cluster.membership.configuration();
            if (agreed.least() == 1 && agreed.mirrorCount() == 2) {
                return cluster;
            }
            cluster.close();
        }
    }

    /** One mirror has what was acknowledged, the other lags, then both are silent: the first one is not dropped before the other. */
    private static boolean isTheOnlyOneThatHasItDropped(Rules rules) {
        try (SimCluster cluster = cluster(rules)) {
            long before = cluster.node(0).primary.committed();
            for (int i = 0; i < 20; i++) {
                cluster.changeSome();
                cluster.quiet(3, 0, 1);
            }
            assertThat(cluster.node(0).primary.committed()).isGreaterThan(before);
            assertThat(cluster.membership.configuration().mirrorCount()).isEqualTo(2);
            cluster.trueNs += 2 * SimCluster.TIMING.dropNs();
            cluster.node(0).turn();
            return !cluster.membership.configuration().isMirror(1);
        }
    }

    @Test
    void shouldNotDropTheMirrorThatAloneHasWhatWasAcknowledged() {
        assertThat(isTheOnlyOneThatHasItDropped(Rules.ALL)).isFalse();
    }

    @Test
    void shouldMissTheRuleThatSaysSo() {
        boolean isDropped = isTheOnlyOneThatHasItDropped(Rules.without(Rule.DROPPED_WHEN_COVERED));
        Proof.caught(
                "without-" + Rule.DROPPED_WHEN_COVERED,
                "mirrors-simulated",
                1,
                isDropped ? "the only mirror that had it was dropped" : null);
    }
}
