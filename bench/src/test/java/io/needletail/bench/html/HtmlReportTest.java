package io.needletail.bench.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.bench.process.BenchCores;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Environment;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.report.Result;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a run: what is in the figures is in it, what is not is named, and it loads nothing. */
class HtmlReportTest {
    private static final double[] ROUNDS = {3, 4, 5, 6, 7};

    @TempDir
    private Path folder;

    private static BenchReport report() {
        BenchReport report = new BenchReport(Environment.capture(BenchCores.ofThisProcess()));
        report.parameter("plan", "quick");
        return report;
    }

    private String draw(String origin) throws IOException {
        Path page = folder.resolve("index.html");
        new HtmlReport(new ReportInput(folder), origin).write(page);
        return Files.readString(page);
    }

    private void writePeers() throws IOException {
        BenchReport peers = report();
        peers.add(Result.mean("embedded.get", ROUNDS, "4,096 entries", "<b>same</b> keys & values"));
        peers.add(Ratio.of("embedded.get/load", ROUNDS, new double[] {1, 1, 1, 1, 1}));
        peers.add(new Ratio("redispolling.p50/ipc.get.p50", new double[] {41, 42, 43, 44, 45}));
        peers.add(Ratio.figure("memory.bytesPerEntry16x16.redis", 139));
        peers.note("a note with <script>alert(1)</script>");
        peers.writeJson(folder.resolve("peers.json").toFile().toPath());
    }

    private void writeCurves() throws IOException {
        BenchReport batch = report();
        for (String set : List.of("L1", "L2")) {
            batch.add(Result.mean("batch.load." + set, ROUNDS, "256 entries of 16+16 bytes", "x"));
            batch.add(Result.mean("batch.byKey.vector.batch16." + set, ROUNDS, "256 entries of 16+16 bytes", "x"));
            batch.add(Result.mean("batch.resolve.scalar.batch16." + set, ROUNDS, "256 entries of 16+16 bytes", "x"));
        }
        batch.add(Ratio.figure("batch.byKey.vector.batch16/single.L1", 0.5));
        batch.writeJson(folder.resolve("batch.json"));
        BenchReport scale = report();
        for (int shards = 1; shards <= 2; shards++) {
            scale.add(new Ratio("scale.get.shards" + shards + ".perSecond", new double[] {1e8 * shards}));
            scale.add(new Ratio("scale.get.shards" + shards + ".efficiency", new double[] {1.0 / shards}));
        }
        scale.writeJson(folder.resolve("scale.json"));
        BenchReport sharing = report();
        sharing.add(Result.mean("reader.hot", ROUNDS, "nobody writes", "x"));
        sharing.writeJson(folder.resolve("sharing.json"));
    }

    private void writeLatency() throws IOException {
        Path run = Files.createDirectory(folder.resolve("latency-ipc"));
        Files.writeString(
                run.resolve("result.json"),
                "{\"tier\":\"ipc\",\"environment\":{},\"runs\":[{\"askedRate\":10000,\"slow\":4,\"causes\":{\"SWITCH_CLIENT\":3,\"NEWER\":1}}]}");
        Files.writeString(
                run.resolve("ipc.read.r10000.hgrm"),
                "       Value     Percentile TotalCount 1/(1-Percentile)\n\n 200.000 0.0 1 1.00\n 900.000 0.99 99 100.00\n");
        Files.writeString(
                run.resolve("slow.csv"),
                "rate,sequence,operation,intendedNs,lateNs,latencyNs,causes\n10000,7,read,500000000,1,250000,SWITCH_CLIENT\n");
        try (PrintStream out = new PrintStream(Files.newOutputStream(run.resolve("latency.hlog")))) {
            HistogramLogWriter writer = new HistogramLogWriter(out);
            writer.outputLogFormatVersion();
            writer.outputLegend();
            for (int i = 0; i < 3; i++) {
                Histogram interval = new Histogram(3);
                interval.recordValue(100L * (i + 1));
                interval.setTag("ipc.read.r10000");
                interval.setStartTimeStamp(1_000_000 + 500L * i);
                interval.setEndTimeStamp(1_000_500 + 500L * i);
                writer.outputIntervalHistogram(interval);
            }
        }
    }

    @Test
    void shouldDrawEverythingThatWasMeasuredAndLoadNothing() throws IOException {
        writePeers();
        writeCurves();
        writeLatency();
        String page = draw(null);
        for (String id : List.of(
                "targets",
                "peers",
                "percentiles",
                "timeline",
                "causes",
                "batches",
                "scaling",
                "sharing",
                "ratios",
                "environment")) {
            assertThat(page).contains("<section id=\"" + id + "\">");
        }
        assertThat(page.split("<svg ")).as("plots").hasSizeGreaterThanOrEqualTo(1 + 7);
        assertThat(page)
                .contains("class=\"band\"")
                .contains("L2: keys resolved to handles", "resolve.scalar in batches")
                .doesNotContain("L2: by handle") // nothing of it was measured
                .contains("SWITCH_CLIENT, 250 µs")
                .contains("NEWER");
        assertThat(page)
                .doesNotContain("http")
                .doesNotContain("src=")
                .doesNotContain("<script")
                .doesNotContain("@import")
                .doesNotContain("NaN")
                .doesNotContain("Not measured")
                .doesNotContain("nothing was measured now");
        assertThat(page).contains("&lt;b&gt;same&lt;/b&gt; keys &amp; values");
    }

    @Test
    void shouldSayAtTheTopThatItMeasuredNothingAndWhatIsMissing() throws IOException {
        writePeers();
        String page = draw("runs/before");
        assertThat(page.indexOf("Drawn from runs/before")).isPositive().isLessThan(page.indexOf("<main>"));
        assertThat(page)
                .contains("nothing was measured now")
                .contains(
                        "Not measured, so not drawn: latency, batches and working sets, scaling, reading while it is written.")
                .doesNotContain("<svg ");
    }

    @Test
    void shouldMarkTargetsThatAreMissed() throws IOException {
        writePeers();
        String page = draw(null);
        assertThat(page).contains("<span class=\"bad\">missed</span>").contains("<span class=\"good\">met</span>");
    }

    @Test
    void shouldRefuseAFolderWithoutFigures() {
        assertThatThrownBy(() -> draw(null)).hasMessageContaining("nothing to draw");
    }
}
