package io.needletail.tuning.jitter;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.memory.CpuSet;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class CoreJitterTest {
    private static CoreJitter of(long... gapsNs) {
        Histogram gaps = new Histogram(1_000_000_000L, 3);
        double total = 0;
        for (long gap : gapsNs) {
            gaps.recordValue(gap);
            total += gap;
        }
        return new CoreJitter(3, 200, 2.6, 1_000_000_000L, gaps, total);
    }

    @Test
    void shouldHaveSysjittersColumnsInItsOrder() {
        assertThat(of(300, 500, 100_000).columns().keySet())
                .containsExactly(
                        "core_i",
                        "threshold(ns)",
                        "cpu_mhz",
                        "runtime(ns)",
                        "runtime(s)",
                        "int_n",
                        "int_n_per_sec",
                        "int_min(ns)",
                        "int_median(ns)",
                        "int_mean(ns)",
                        "int_90(ns)",
                        "int_99(ns)",
                        "int_999(ns)",
                        "int_9999(ns)",
                        "int_99999(ns)",
                        "int_max(ns)",
                        "int_total(ns)",
                        "int_total(%)");
    }

    @Test
    void shouldAddUpWhatItSaw() {
        var columns = of(300, 500, 100_000).columns();
        assertThat(columns.get("int_n")).isEqualTo(3L);
        assertThat(columns.get("int_n_per_sec")).isEqualTo(3.0);
        assertThat(columns.get("cpu_mhz")).isEqualTo(2600L);
        assertThat(columns.get("int_total(ns)")).isEqualTo(100_800L);
        assertThat(columns.get("int_total(%)")).isEqualTo(0.0101);
        assertThat(columns.get("int_max(ns)").longValue()).isBetween(100_000L, 100_100L);
    }

    @Test
    void shouldPutEveryGapIntoOneBucket() {
        assertThat(of(255, 256, 257, 1_000, 5_000, 5_001).histogram())
                .containsEntry(256L, 1L)
                .containsEntry(512L, 2L)
                .containsEntry(1024L, 1L)
                .containsEntry(8192L, 2L);
        assertThat(of(255, 256, 257, 1_000, 5_000, 5_001).histogram().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(6);
    }

    @Test
    void shouldHaveNoGapsOnAQuietCore() {
        assertThat(of().columns().get("int_n")).isEqualTo(0L);
        assertThat(of().histogram()).isEmpty();
    }

    @Test
    void shouldSpinOnTheCoresOfThisProcessAndSeeSomeTimePass() throws InterruptedException {
        List<CoreJitter> cores = new JitterProbe(200).run(CpuSet.allowed(), 0.05);
        assertThat(cores).hasSameSizeAs(CpuSet.allowed());
        assertThat(cores).allSatisfy(core -> {
            assertThat(core.runtimeNs()).isGreaterThanOrEqualTo(50_000_000L);
            assertThat(core.totalNs()).isBetween(0.0, (double) core.runtimeNs());
        });
    }
}
