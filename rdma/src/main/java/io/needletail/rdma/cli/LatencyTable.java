package io.needletail.rdma.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Latencies in the columns of perftest, in microseconds. */
final class LatencyTable {
    private static final String COLUMNS = " #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]"
            + "    t_avg[usec]    t_stdev[usec]   99% percentile[usec]   99.9% percentile[usec]";
    private static final double NS_PER_USEC = 1_000.0;

    private final Histogram ns;
    private final int bytes;
    private final int ways;

    /** @param ways of which a time has so many, and one is told: 2 of a message there and one back */
    LatencyTable(Histogram ns, int bytes, int ways) {
        this.ns = ns;
        this.bytes = bytes;
        this.ways = ways;
    }

    private double usec(double nanoseconds) {
        return nanoseconds / ways / NS_PER_USEC;
    }

    private double percentile(double percentile) {
        return usec(ns.getValueAtPercentile(percentile));
    }

    void print(PrintStream out) {
        out.println(COLUMNS);
        out.printf(
                Locale.ROOT,
                " %-7d %-11d %13.2f %14.2f %16.2f %14.2f %16.2f %22.2f %24.2f%n",
                bytes,
                ns.getTotalCount(),
                usec(ns.getMinValue()),
                usec(ns.getMaxValue()),
                percentile(50),
                usec(ns.getMean()),
                usec(ns.getStdDeviation()),
                percentile(99),
                percentile(99.9));
    }

    void printJson(PrintStream out, String operation, String provider) throws IOException {
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("operation", operation);
            json.writeStringField("provider", provider);
            json.writeNumberField("bytes", bytes);
            json.writeNumberField("iterations", ns.getTotalCount());
            json.writeStringField("unit", "usec");
            json.writeNumberField("min", usec(ns.getMinValue()));
            json.writeNumberField("max", usec(ns.getMaxValue()));
            json.writeNumberField("typical", percentile(50));
            json.writeNumberField("avg", usec(ns.getMean()));
            json.writeNumberField("stdev", usec(ns.getStdDeviation()));
            json.writeNumberField("p99", percentile(99));
            json.writeNumberField("p99.9", percentile(99.9));
            json.writeEndObject();
        }
        out.println();
    }
}
