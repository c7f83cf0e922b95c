package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proof of {@link PowerLossTest} itself proven: it finds a bug that is planted, and without one it finds none. */
class PowerLossPlantTest {
    private static final long SEED = 815;
    private static final int MOST_RUNS = 40;

    @ParameterizedTest
    @EnumSource(PowerLossPlant.class)
    void shouldBeFoundByTakingThePowerOrNotBeThere(PowerLossPlant plant) {
        long seed = Seed.of(SEED);
        LongSet states = new LongSet();
        String found = null;
        int most = plant == PowerLossPlant.NOTHING ? 4 : MOST_RUNS;
        for (int run = 0; run < most && found == null; run++) {
            try (PowerLossRun each = new PowerLossRun(seed + run, plant, states)) {
                each.run(40, run % 4 == 3);
            } catch (PowerLossRun.Violation violation) {
                found = violation.getMessage();
            }
        }
        if (plant == PowerLossPlant.NOTHING) {
            assertThat(found).as("after %d states", states.size()).isNull();
        } else {
            Proof.caught(plant, "power-loss-states", states.size(), found);
        }
    }
}
