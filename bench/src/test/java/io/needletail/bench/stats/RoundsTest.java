package io.needletail.bench.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RoundsTest {
    @Test
    void shouldTakeTheMiddleOfOddAndTheMeanOfTheTwoMiddlesOfEven() {
        assertThat(Rounds.median(new double[] {9, 1, 5})).isEqualTo(5);
        assertThat(Rounds.median(new double[] {9, 1, 5, 7})).isEqualTo(6);
    }

    @Test
    void shouldDivideRoundByRoundSoThatADriftOfTheMachineCancels() {
        double[] first = {10, 20, 40};
        double[] second = {5, 10, 20};
        assertThat(Rounds.ratios(first, second)).containsExactly(2, 2, 2);
    }

    @Test
    void shouldGiveTheConfidenceIntervalOfStudentsDistribution() {
        // mean 3, standard deviation sqrt(2.5), t(4, 0.975) = 2.776
        assertThat(Rounds.meanError(new double[] {1, 2, 3, 4, 5}))
                .isCloseTo(2.776 * Math.sqrt(2.5) / Math.sqrt(5), within(0.01));
        assertThat(Rounds.meanError(new double[] {4})).isZero();
    }
}
