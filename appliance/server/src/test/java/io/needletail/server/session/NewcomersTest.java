package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.testing.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NewcomersTest {
    private static final long SEED = 31;

    private final Newcomers<Integer> newcomers = new Newcomers<>();

    @Test
    void shouldGiveEveryOneOfThemOneTurnInARound() {
        for (int i = 0; i < 256; i++) {
            newcomers.add(i);
        }
        Map<Integer, Integer> turns = new HashMap<>();
        for (int i = 0; i < 3 * 256; i++) {
            turns.merge(newcomers.next(), 1, Integer::sum);
        }
        assertThat(turns).hasSize(256);
        assertThat(turns.values()).containsOnly(3);
    }

    @Test
    void shouldPassNobodyOverForLongWhileOthersComeAndGo() {
        SplittableRandom random = new SplittableRandom(Seed.of(SEED));
        List<Integer> passing = new ArrayList<>();
        newcomers.add(-1);
        int since = 0;
        for (int i = 0; i < 100_000; i++) {
            if (passing.size() < 20 && random.nextBoolean()) {
                newcomers.add(i);
                passing.add(i);
            } else if (!passing.isEmpty()) {
                newcomers.remove(passing.remove(random.nextInt(passing.size())));
            }
            since = newcomers.next() == -1 ? 0 : since + 1;
            assertThat(since).as("turns of others, step %d", i).isLessThan(64);
        }
    }

    @Test
    void shouldHaveOneNextAfterTheOneBeforeHasGone() {
        newcomers.add(1);
        newcomers.add(2);
        assertThat(newcomers.next()).isEqualTo(2);
        newcomers.remove(2);
        assertThat(newcomers.next()).isEqualTo(1);
        newcomers.remove(1);
        assertThat(newcomers.isEmpty()).isTrue();
        newcomers.remove(1);
        assertThat(newcomers.size()).isZero();
    }
}
