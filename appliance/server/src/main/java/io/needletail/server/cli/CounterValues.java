package io.needletail.server.cli;

import io.needletail.server.ApplianceFolder;
import io.needletail.server.Counter;
import io.needletail.server.CountersFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.agrona.concurrent.status.CountersReader;

/** The counters of an appliance, read from mapped memory: it does not notice, and may be stopped. */
final class CounterValues {
    private final Path dir;
    private final List<CountersReader> shards;

    private CounterValues(Path dir, List<CountersReader> shards) {
        this.dir = dir;
        this.shards = shards;
    }

    /** Empty, and said so, when no appliance runs there. */
    static Optional<CounterValues> open(Path dir) throws IOException {
        if (!Files.exists(dir.resolve(ApplianceFolder.countersName(0))) || !ApplianceFolder.isHeld(dir)) {
            System.err.println("error: no appliance runs in " + dir);
            return Optional.empty();
        }
        List<CountersReader> shards = new ArrayList<>();
        while (Files.exists(dir.resolve(ApplianceFolder.countersName(shards.size())))) {
            shards.add(CountersFile.open(dir.resolve(ApplianceFolder.countersName(shards.size()))));
        }
        return Optional.of(new CounterValues(dir, shards));
    }

    /** Of one shard, where an appliance runs there that has it in this epoch. */
    static Optional<Map<Counter, Long>> ofShard(Path dir, int shard, long epoch) throws IOException {
        Path file = dir.resolve(ApplianceFolder.countersName(shard));
        if (!Files.exists(file) || !ApplianceFolder.isHeld(dir)) {
            return Optional.empty();
        }
        Map<Counter, Long> values = new CounterValues(dir, List.of(CountersFile.open(file))).read(0);
        return values.get(Counter.EPOCH) == epoch ? Optional.of(values) : Optional.empty();
    }

    /** Whether its process is still there. */
    boolean isHeld() throws IOException {
        return ApplianceFolder.isHeld(dir);
    }

    int shards() {
        return shards.size();
    }

    /** Of all shards: sums, and the largest of what is a high-water mark or a number of a shard's own. */
    Map<Counter, Long> read() {
        Map<Counter, Long> values = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            LongStream all = shards.stream().mapToLong(shard -> shard.getCounterValue(counter.ordinal()));
            values.put(
                    counter,
                    counter.isSmallest()
                            ? all.min().orElseThrow()
                            : counter.isSummed() ? all.sum() : all.max().orElseThrow());
        }
        return values;
    }

    /** Of one shard. */
    Map<Counter, Long> read(int shard) {
        Map<Counter, Long> values = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            values.put(counter, shards.get(shard).getCounterValue(counter.ordinal()));
        }
        return values;
    }
}
