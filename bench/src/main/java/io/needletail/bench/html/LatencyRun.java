package io.needletail.bench.html;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/** A folder of {@code bench latency}: percentile distributions, intervals and slow samples. */
final class LatencyRun {
    /** Slow samples that are drawn at most: the slowest. */
    private static final int MAX_BANDS = 150;

    private static final double NS_PER_S = 1e9;

    private final Path folder;
    private final JsonNode result;

    LatencyRun(Path folder) throws IOException {
        this.folder = folder;
        result = new ObjectMapper().readTree(folder.resolve("result.json").toFile());
    }

    String tier() {
        return result.get("tier").asText();
    }

    JsonNode runs() {
        return result.get("runs");
    }

    /** Latency in ns over 1/(1-percentile), by what the file is named after: {@code ipc.read.r10000}. */
    Map<String, List<double[]>> distributions() throws IOException {
        Map<String, List<double[]>> distributions = new LinkedHashMap<>();
        List<Path> files;
        try (var all = Files.list(folder)) {
            files = all.filter(file -> file.toString().endsWith(".hgrm"))
                    .sorted(Comparator.comparing(LatencyRun::rate))
                    .toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString().replace(".hgrm", "");
            if (!name.endsWith(".service")) {
                distributions.put(name, points(file));
            }
        }
        return distributions;
    }

    private static long rate(Path file) {
        String digits = file.getFileName().toString().replaceAll(".*\\.r(\\d+)\\..*", "$1");
        return digits.matches("\\d+") ? Long.parseLong(digits) : 0;
    }

    private static List<double[]> points(Path file) throws IOException {
        List<double[]> points = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] cells = line.strip().split("\\s+");
            if (cells.length == 4 && cells[0].matches("[0-9.]+") && cells[3].matches("[0-9.]+")) {
                points.add(new double[] {Double.parseDouble(cells[3]), Double.parseDouble(cells[0])});
            }
        }
        return points;
    }

    /** Seconds since the run began, p50, p99 and most of each interval, of one tag. */
    List<double[]> intervals(String tag) throws IOException {
        List<double[]> intervals = new ArrayList<>();
        try (HistogramLogReader reader =
                new HistogramLogReader(folder.resolve("latency.hlog").toFile())) {
            double beganS = Double.NaN;
            while (reader.hasNext()) {
                EncodableHistogram next = reader.nextIntervalHistogram();
                if (next instanceof Histogram histogram && tag.equals(histogram.getTag())) {
                    double atS = histogram.getStartTimeStamp() / 1000.0;
                    beganS = Double.isNaN(beganS) ? atS : beganS;
                    intervals.add(new double[] {
                        atS - beganS,
                        histogram.getValueAtPercentile(50),
                        histogram.getValueAtPercentile(99),
                        histogram.getMaxValue()
                    });
                }
            }
        }
        return intervals;
    }

    /** Seconds since the run began, seconds it lasted, and why, of the slowest samples that an interruption explains. */
    List<LineChart.Band> interruptions(long rate) throws IOException {
        record Slow(double atS, double lastedS, String causes) {}
        List<Slow> slow = new ArrayList<>();
        try (var lines = Files.lines(folder.resolve("slow.csv"))) {
            lines.skip(1).map(line -> line.split(",")).forEach(cells -> {
                boolean isInterruption = cells.length > 6 && cells[6].matches(".*(HICCUP|SWITCH|SAFEPOINT).*");
                if (isInterruption && Long.parseLong(cells[0]) == rate) {
                    slow.add(new Slow(
                            Long.parseLong(cells[3]) / NS_PER_S, Long.parseLong(cells[5]) / NS_PER_S, cells[6]));
                }
            });
        }
        return slow.stream()
                .sorted(Comparator.comparingDouble(Slow::lastedS).reversed())
                .limit(MAX_BANDS)
                .map(each -> new LineChart.Band(
                        each.atS(),
                        each.atS() + each.lastedS(),
                        each.causes() + ", " + Axis.ns(each.lastedS() * NS_PER_S)))
                .toList();
    }

    /** The run that is drawn over time: the last, which asked the most. */
    Optional<JsonNode> fastest() {
        return runs().isEmpty() ? Optional.empty() : Optional.of(runs().get(runs().size() - 1));
    }
}
