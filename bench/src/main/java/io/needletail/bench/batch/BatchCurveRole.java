package io.needletail.bench.batch;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.data.EmbeddedRegion;
import io.needletail.bench.data.Questions;
import io.needletail.bench.process.Coordinator;
import io.needletail.memory.CacheLines;
import io.needletail.memory.KeySearchKernel;
import io.needletail.memory.ThreadPinning;
import io.needletail.registry.Registry;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A process with a region of one working set. {@code round MS} times every kind of get once, each for MS, and answers with
 * nanoseconds an entry: the bare load, one get by handle or key at a time, and batches of every length.
 */
public final class BatchCurveRole {
    static final String RESULT = "round ";
    private static final long RING = 4L << 20;
    private static final Consumer<Registry> IN_JAVA = Registry::searchWithVectors;
    private static final Consumer<Registry> WITHOUT_VECTORS = Registry::searchWithoutVectors;
    private static final Consumer<Registry> IN_C = registry -> registry.searchWith(KeySearchKernel::find);

    private final Questions questions;
    private final Map<String, BatchedGets> kinds = new LinkedHashMap<>();

    private BatchCurveRole(Questions questions, EmbeddedRegion region) {
        this.questions = questions;
        Asked asked = Asked.of(questions, region);
        kinds.put("load", new BareLoads(asked));
        kinds.put("byHandle", new SingleGets(asked, false));
        kinds.put("byHandle.view", new ViewedGets(asked));
        kinds.put("byHandle.dependent", new DependentGets(asked, 0));
        kinds.put("byKey", new SingleGets(asked, true));
        kinds.put("byKey.view", new ViewedKeyGets.Single(asked));
        for (int length : BatchLengths.ALL) {
            kinds.put("byHandle.batch" + length, new BatchGets(asked, length, Ask.BY_HANDLE, IN_JAVA));
            kinds.put("byHandle.views.batch" + length, new ViewedBatchGets(asked, length));
            kinds.put("byHandle.vector.batch" + length, new VectorHandleGets(asked, length));
            kinds.put("byKey.vector.batch" + length, new BatchGets(asked, length, Ask.BY_KEY, IN_JAVA));
            kinds.put("byKey.scalar.batch" + length, new BatchGets(asked, length, Ask.BY_KEY, WITHOUT_VECTORS));
            kinds.put("resolve.scalar.batch" + length, new BatchGets(asked, length, Ask.RESOLVE, WITHOUT_VECTORS));
            kinds.put("resolve.vector.batch" + length, new BatchGets(asked, length, Ask.RESOLVE, IN_JAVA));
            Consumer<Registry> started = KeySearchKernel.isAvailable() ? IN_C : IN_JAVA;
            kinds.put("byKey.views.batch" + length, new ViewedKeyGets(asked, length, started));
            if (CacheLines.isAvailable()) {
                kinds.put("byHandle.native.batch" + length, new PrefetchedHandleGets(asked, length));
            }
            if (KeySearchKernel.isAvailable()) {
                kinds.put("byKey.native.batch" + length, new BatchGets(asked, length, Ask.BY_KEY, IN_C));
                kinds.put("resolve.native.batch" + length, new BatchGets(asked, length, Ask.RESOLVE, IN_C));
            }
        }
    }

    public static void run(Map<String, String> settings) throws IOException {
        int core = Integer.parseInt(settings.get("core"));
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        Questions questions = new Questions(Integer.parseInt(settings.get("entries")));
        try (EmbeddedRegion region = EmbeddedRegion.fill(questions, RING)) {
            BatchCurveRole role = new BatchCurveRole(questions, region);
            Coordinator.say("ready");
            for (String word = Coordinator.next(() -> {}); !word.equals("stop"); word = Coordinator.next(() -> {})) {
                long turnNs = 1_000_000L * Integer.parseInt(word.substring(RESULT.length()));
                Coordinator.say(RESULT + new ObjectMapper().writeValueAsString(role.round(turnNs)));
            }
            Coordinator.say("done");
        }
    }

    private Map<String, Double> round(long turnNs) {
        Map<String, Double> nsPerEntry = new LinkedHashMap<>();
        kinds.forEach((name, gets) -> nsPerEntry.put(name, time(gets, turnNs)));
        return nsPerEntry;
    }

    private double time(BatchedGets gets, long turnNs) {
        long beganNs = System.nanoTime();
        long nowNs = beganNs;
        long entries = 0;
        while (nowNs - beganNs < turnNs) {
            questions.consume(gets.some());
            entries += BatchedGets.SOME;
            nowNs = System.nanoTime();
        }
        return (double) (nowNs - beganNs) / entries;
    }
}
