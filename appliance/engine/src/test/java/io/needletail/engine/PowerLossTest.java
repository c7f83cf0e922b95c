package io.needletail.engine;

import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import org.junit.jupiter.api.Test;

/** Takes the power of a shard in persistent memory at every store, flush and fence: nothing that was done is lost. */
class PowerLossTest {
    private static final long SEED = 1606;

    @Test
    void shouldLoseNothingWhereverThePowerGoes() {
        long required = Proof.required(100_000, 10_000_000);
        long seed = Seed.of(SEED);
        LongSet states = new LongSet();
        long events = 0;
        long operations = 0;
        for (long run = 0; states.size() < required; run++) {
            try (PowerLossRun each = new PowerLossRun(seed + run, PowerLossPlant.NOTHING, states)) {
                each.run(60, run % 10 == 9);
                events += each.events();
                operations += each.operations();
            }
        }
        Proof.crashPoints("power-loss", events, operations);
        Proof.note("power-loss-states", required, states.size(), seed);
    }
}
