package io.needletail.bench.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    private static final int DRAWS = 1 << 18;

    private static int[] counts(Workload workload, int entries) {
        int[] counts = new int[entries];
        for (long i = 0; i < DRAWS; i++) {
            counts[workload.entry(i)]++;
        }
        return counts;
    }

    @Test
    void shouldAskForEveryEntryAboutAsOftenWhenUniform() {
        int[] counts = counts(new Workload(Workload.Distribution.UNIFORM, 256, 1, 1), 256);
        assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(800);
        assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan(1_250);
    }

    @Test
    void shouldFollowZipfsLawWhenZipf() {
        int entries = 1_000;
        int[] counts = counts(new Workload(Workload.Distribution.ZIPF, entries, 1, 1), entries);
        Arrays.sort(counts);
        double sum = 0;
        for (int k = 1; k <= entries; k++) {
            sum += Math.pow(k, -0.99);
        }
        assertThat(counts[entries - 1] / (double) DRAWS).isCloseTo(1 / sum, within(0.005));
        assertThat(counts[entries - 10] / (double) DRAWS).isCloseTo(Math.pow(10, -0.99) / sum, within(0.003));
    }

    @Test
    void shouldGoRoundInOrderWhenSequential() {
        Workload workload = new Workload(Workload.Distribution.SEQUENTIAL, 8, 1, 1);
        for (long i = 0; i < 32; i++) {
            assertThat(workload.entry(i)).isEqualTo((int) (i % 8));
        }
    }

    @Test
    void shouldReadAndWriteInTheShareAskedFor() {
        Workload workload = new Workload(Workload.Distribution.UNIFORM, 8, 0.9, 1);
        long writes = 0;
        for (long i = 0; i < DRAWS; i++) {
            writes += workload.isWrite(i) ? 1 : 0;
        }
        assertThat(writes / (double) DRAWS).isCloseTo(0.1, within(0.005));
    }
}
