package io.needletail.bench.latency.cause;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Safepoints from a JVM's own log ({@code -Xlog:safepoint:file=FILE:timenanos}), on the clock of System.nanoTime. */
public final class SafepointLog {
    private static final Pattern LINE = Pattern.compile("^\\[(\\d+)ns\\] Safepoint .*Total:\\s*(\\d+) ns.*");

    /** One safepoint, ns of the monotonic clock. */
    public record Safepoint(long beganNs, long endedNs) {}

    private SafepointLog() {}

    /** What the log holds; nothing when the JVM writes none. Lines of other shapes are passed over. */
    public static List<Safepoint> read(Path file) throws IOException {
        List<Safepoint> safepoints = new ArrayList<>();
        if (!Files.exists(file)) {
            return safepoints;
        }
        for (String line : Files.readAllLines(file)) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                long ended = Long.parseLong(matcher.group(1));
                safepoints.add(new Safepoint(ended - Long.parseLong(matcher.group(2)), ended));
            }
        }
        return safepoints;
    }
}
