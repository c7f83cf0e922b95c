package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.memory.KeySearchKernel;
import io.needletail.server.config.BatchSearchMode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which search the batches get, and what is said of it. */
class BatchSearchTest {
    private static final Pattern TRIED = Pattern.compile(
            "(\\w+); tried in \\d+ ms(, the machine too busy for its figures to count)?, ns a key:((?: \\w+ \\d+\\.\\d)+); batch-search=NAME fixes it");
    private static final Pattern FIGURE = Pattern.compile(" (\\w+) (\\d+\\.\\d)");

    @Test
    void shouldTryEveryWayThereIsAndTakeTheFastestOfItsFigures() {
        String explanation = BatchSearch.choose(BatchSearchMode.AUTO).explanation();
        Matcher tried = TRIED.matcher(explanation);
        assertThat(tried.matches()).as(explanation).isTrue();
        Map<String, Double> figures = new LinkedHashMap<>();
        FIGURE.matcher(tried.group(3))
                .results()
                .forEach(figure -> figures.put(figure.group(1), Double.parseDouble(figure.group(2))));
        if (KeySearchKernel.isAvailable()) {
            assertThat(figures).containsOnlyKeys("native", "vector", "scalar");
        } else {
            assertThat(figures).containsOnlyKeys("vector", "scalar");
        }
        assertThat(figures.values()).allMatch(ns -> ns > 0);
        double least =
                figures.values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        if (tried.group(2) == null) {
            assertThat(figures.get(tried.group(1))).as(explanation).isEqualTo(least);
        } else {
            assertThat(tried.group(1))
                    .as("the first")
                    .isEqualTo(figures.keySet().iterator().next());
        }
    }

    @ParameterizedTest
    @EnumSource(value = BatchSearchMode.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void shouldTakeWhatTheOptionSaysWithoutTrying(BatchSearchMode mode) {
        String name = mode.name().toLowerCase(Locale.ROOT);
        boolean isThere = mode != BatchSearchMode.NATIVE || KeySearchKernel.isAvailable();
        assertThat(BatchSearch.choose(mode).explanation())
                .isEqualTo(isThere ? name + ", as batch-search says" : "vector, because there is no native library");
    }

    @Test
    void shouldNotBelieveFiguresOfABusyMachine() {
        double enough = 100_000_000;
        assertThat(BatchSearch.chosen(BatchSearch.SCALAR, BatchSearch.NATIVE, enough, 199_000_000, " f")
                        .explanation())
                .startsWith("scalar; tried in 199 ms, ns");
        assertThat(BatchSearch.chosen(BatchSearch.SCALAR, BatchSearch.NATIVE, enough, 201_000_000, " f")
                        .explanation())
                .startsWith("native; tried in 201 ms, the machine too busy");
        assertThat(BatchSearch.chosen(BatchSearch.SCALAR, BatchSearch.NATIVE, 1_000_000, 150_000_000, " f")
                        .explanation())
                .startsWith("native; tried in 150 ms, the machine too busy");
    }

    @Test
    void shouldNotTryBeforeItCan() {
        assertThat(BatchSearch.likely(BatchSearchMode.AUTO).explanation()).doesNotContain("tried");
    }
}
