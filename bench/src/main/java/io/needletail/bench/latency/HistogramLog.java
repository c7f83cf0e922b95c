package io.needletail.bench.latency;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogWriter;

/** An HdrHistogram interval log with tags; values are nanoseconds. */
public final class HistogramLog {
    private static final double NS_PER_MS = 1_000_000;

    private HistogramLog() {}

    static void write(Path file, List<Histogram> histograms) throws IOException {
        try (PrintStream out = new PrintStream(Files.newOutputStream(file))) {
            HistogramLogWriter writer = new HistogramLogWriter(out);
            writer.outputComment("[nanoseconds; the legend's unit for the maximum is milliseconds]");
            writer.outputLogFormatVersion();
            writer.outputLegend();
            for (Histogram histogram : histograms) {
                writer.outputIntervalHistogram(
                        histogram.getStartTimeStamp() / 1000.0,
                        histogram.getEndTimeStamp() / 1000.0,
                        histogram,
                        NS_PER_MS);
            }
        }
    }

    /** Intervals by tag. */
    public static Map<String, List<Histogram>> read(Path file) throws FileNotFoundException {
        Map<String, List<Histogram>> byTag = new LinkedHashMap<>();
        try (HistogramLogReader reader = new HistogramLogReader(file.toFile())) {
            for (EncodableHistogram next = reader.nextIntervalHistogram();
                    next != null;
                    next = reader.nextIntervalHistogram()) {
                byTag.computeIfAbsent(next.getTag(), tag -> new ArrayList<>()).add((Histogram) next);
            }
        }
        return byTag;
    }
}
