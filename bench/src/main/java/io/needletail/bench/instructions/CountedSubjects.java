package io.needletail.bench.instructions;

import io.needletail.bench.micro.AgronaGet;
import io.needletail.bench.micro.BatchTwins;
import io.needletail.bench.micro.ChronicleMapGet;
import io.needletail.bench.micro.ChronicleMapPut;
import io.needletail.bench.micro.ConcurrentHashMapGet;
import io.needletail.bench.micro.EmbeddedGet;
import io.needletail.bench.micro.EmbeddedGetBatch;
import io.needletail.bench.micro.EmbeddedGetByKey;
import io.needletail.bench.micro.EmbeddedGetByKeyBatch;
import io.needletail.bench.micro.EmbeddedPut;
import io.needletail.bench.micro.EmbeddedView;
import io.needletail.bench.micro.EmbeddedViewByKey;
import io.needletail.bench.micro.EmbeddedViews;
import io.needletail.bench.micro.EmbeddedViewsByKey;
import io.needletail.bench.micro.Load;
import io.needletail.bench.micro.LoadOrder;
import io.needletail.bench.micro.RegionRead;
import io.needletail.bench.micro.Store;
import io.needletail.bench.micro.Subject;
import io.needletail.bench.path.SessionSteps;
import io.needletail.memory.CacheLines;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whose instructions are counted, under the names of {@code bench tiers}. */
public final class CountedSubjects {
    /** Only walks the order of the questions: what every other subject pays beside its operation. */
    public static final String ORDER = "order";

    static final Map<String, Class<? extends Subject>> ALL = new LinkedHashMap<>();

    static {
        ALL.put(ORDER, LoadOrder.class);
        ALL.put("load", Load.class);
        ALL.put("store", Store.class);
        ALL.put("embedded.get", EmbeddedGet.class);
        ALL.put("embedded.view", EmbeddedView.class);
        ALL.put("embedded.get.batch16", EmbeddedGetBatch.class);
        ALL.put("embedded.views16", EmbeddedViews.class);
        ALL.put("embedded.put", EmbeddedPut.class);
        ALL.put("embedded.getByKey", EmbeddedGetByKey.class);
        ALL.put("embedded.getByKey.batch16", EmbeddedGetByKeyBatch.class);
        ALL.put("embedded.viewByKey", EmbeddedViewByKey.class);
        ALL.put("embedded.viewsByKey16", EmbeddedViewsByKey.class);
        ALL.put("twin.byHandle.vector16", BatchTwins.ByHandleVector.class);
        if (CacheLines.isAvailable()) {
            ALL.put("twin.byHandle.native16", BatchTwins.ByHandleNative.class);
        }
        ALL.put("twin.byKey.vector16", BatchTwins.ByKeyVector.class);
        ALL.put("twin.byKey.scalar16", BatchTwins.ByKeyScalar.class);
        ALL.put("twin.resolve16", BatchTwins.Resolve.class);
        ALL.put("twin.resolve.vector16", BatchTwins.ResolveVector.class);
        ALL.put("twin.resolve.scalar16", BatchTwins.ResolveScalar.class);
        SessionSteps.ALL.forEach((name, stage) -> ALL.put("session." + name, stage));
        ALL.put("reader.get", RegionRead.class);
        ALL.put("concurrenthashmap", ConcurrentHashMapGet.class);
        ALL.put("agrona", AgronaGet.class);
        ALL.put("chroniclemap", ChronicleMapGet.class);
        ALL.put("chroniclemap.put", ChronicleMapPut.class);
    }

    private CountedSubjects() {}

    public static List<String> names() {
        List<String> names = new ArrayList<>(ALL.keySet());
        names.addAll(SessionInstructions.SUBJECTS.keySet());
        return names;
    }
}
