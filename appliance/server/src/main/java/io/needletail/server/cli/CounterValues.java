package io.needletail.server.cli;

import io.needletail.server.ApplianceFolder;
import io.needletail.server.Counter;
import io.needletail.server.CountersFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.agrona.concurrent.status.CountersReader;

/** The counters of an appliance, read from mapped memory: it does not notice, and may be stopped. */
final class CounterValues {
    private final Path dir;
    private final CountersReader counters;

    private CounterValues(Path dir, CountersReader counters) {
        this.dir = dir;
        this.counters = counters;
    }

    /** Empty, and said so, when no appliance runs there. */
    static Optional<CounterValues> open(Path dir) throws IOException {
        Path file = dir.resolve("counters");
        if (!Files.exists(file) || !ApplianceFolder.isHeld(dir)) {
            System.err.println("error: no appliance runs in " + dir);
            return Optional.empty();
        }
        return Optional.of(new CounterValues(dir, CountersFile.open(file)));
    }

    /** Whether its process is still there. */
    boolean isHeld() throws IOException {
        return ApplianceFolder.isHeld(dir);
    }

    Map<Counter, Long> read() {
        Map<Counter, Long> values = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            values.put(counter, counters.getCounterValue(counter.ordinal()));
        }
        return values;
    }
}
