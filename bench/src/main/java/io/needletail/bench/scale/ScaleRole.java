package io.needletail.bench.scale;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.Coordinator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** A process with a shard a core. {@code get 0,1} lets the shards of those cores run at once and answers each one's rate. */
public final class ScaleRole {
    static final String RESULT = "rates ";
    /** All begin to look at the clock before they are to begin. */
    private static final long LEAD_NS = 1_000_000;

    private final List<ExecutorService> threads = new ArrayList<>();
    private final List<ScalingShard> shards = new ArrayList<>();
    private final long turnNs;

    private ScaleRole(Map<String, String> settings) throws InterruptedException, ExecutionException {
        turnNs = 1_000_000L * Integer.parseInt(settings.get("turnMs"));
        int entries = Integer.parseInt(settings.get("entries"));
        long ring = Long.parseLong(settings.get("ring"));
        for (String core : settings.get("cores").split(",")) {
            ExecutorService thread = Executors.newSingleThreadExecutor();
            threads.add(thread);
            shards.add(thread.submit(() -> new ScalingShard(Integer.parseInt(core), entries, ring))
                    .get());
        }
    }

    public static void run(Map<String, String> settings) throws Exception {
        ScaleRole role = new ScaleRole(settings);
        Coordinator.say("ready");
        for (String word = Coordinator.next(() -> {}); !word.equals("stop"); word = Coordinator.next(() -> {})) {
            String[] parts = word.split(" ");
            List<Integer> cores =
                    Stream.of(parts[1].split(",")).map(Integer::valueOf).toList();
            Coordinator.say(
                    RESULT + new ObjectMapper().writeValueAsString(role.measure(parts[0].equals("put"), cores)));
        }
        role.close();
        Coordinator.say("done");
    }

    private List<Double> measure(boolean puts, List<Integer> cores) throws InterruptedException, ExecutionException {
        long beginNs = System.nanoTime() + LEAD_NS;
        List<Future<Double>> running = new ArrayList<>();
        for (int i = 0; i < shards.size(); i++) {
            ScalingShard shard = shards.get(i);
            if (cores.contains(shard.core())) {
                running.add(threads.get(i).submit(() -> {
                    while (System.nanoTime() - beginNs < 0) {
                        Thread.onSpinWait();
                    }
                    return shard.run(puts, turnNs);
                }));
            }
        }
        List<Double> rates = new ArrayList<>();
        for (Future<Double> rate : running) {
            rates.add(rate.get());
        }
        return rates;
    }

    private void close() throws IOException, InterruptedException, ExecutionException {
        for (int i = 0; i < shards.size(); i++) {
            ScalingShard shard = shards.get(i);
            threads.get(i)
                    .submit(() -> {
                        shard.close();
                        return null;
                    })
                    .get();
            threads.get(i).shutdown();
        }
    }
}
