package io.needletail.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

class CycleCounterTest {
    @Test
    void shouldNeverGoBack() {
        long last = CycleCounter.read();
        for (int i = 0; i < 100_000; i++) {
            long now = CycleCounter.read();
            assertThat(now).isGreaterThanOrEqualTo(last);
            last = now;
        }
    }

    @Test
    void shouldMeasureTheSameFrequencyEveryTimeTheFirstIncluded() {
        double first = CycleCounter.measureCyclesPerNs();
        double second = CycleCounter.measureCyclesPerNs();
        assertThat(first).isPositive().isCloseTo(second, within(0.02 * second));
    }

    @Test
    void shouldSayWhyTheLibraryIsMissingOrHaveIt() {
        assertThat(NativeLibrary.isAvailable()).isEqualTo(NativeLibrary.reason().isEmpty());
        assertThat(CycleCounter.isNative()).isEqualTo(NativeLibrary.isAvailable());
    }

    @Test
    void shouldPlayARallyBetweenTwoCoresWhenItCan() {
        var cores = CpuSet.allowed();
        assumeTrue(CoreRally.isAvailable() && cores.size() > 1, "no native kernels, or one core");
        CoreRally rally = CoreRally.cacheLine(cores.get(0), cores.get(1), 10_000);
        assertThat(rally.quantileNs(0.5)).isPositive().isLessThanOrEqualTo(rally.quantileNs(0.99));
        CoreRally lines = CoreRally.lines(cores.get(0), cores.get(1), 10_000, 3, 7);
        assertThat(lines.quantileNs(0.5)).isPositive();
        assertThatIllegalStateException()
                .isThrownBy(() -> CoreRally.lines(cores.get(0), cores.get(1), 1, 0, 1))
                .withMessageContaining("errno");
        CoreRally datagrams = CoreRally.udp(cores.get(0), cores.get(1), 1_000, 64, 96);
        assertThat(datagrams.quantileNs(0.5)).isGreaterThan(rally.quantileNs(0.5));
    }

    @Test
    void shouldParseTheKernelsCoreLists() {
        assertThat(CpuSet.parse("0-3,8,10-11")).containsExactly(0, 1, 2, 3, 8, 10, 11);
        assertThat(CpuSet.parse("5")).containsExactly(5);
    }

    @Test
    void shouldMeasureTheSameRateEveryTimeWhateverTakesTheCore() {
        double first = CycleCounter.measureCyclesPerNs();
        for (int i = 0; i < 10; i++) {
            assertThat(CycleCounter.measureCyclesPerNs()).isBetween(0.999 * first, 1.001 * first);
        }
    }
}
