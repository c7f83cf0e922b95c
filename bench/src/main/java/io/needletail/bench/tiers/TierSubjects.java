package io.needletail.bench.tiers;

import io.needletail.bench.micro.AgronaGet;
import io.needletail.bench.micro.AgronaLongGet;
import io.needletail.bench.micro.CaffeineGet;
import io.needletail.bench.micro.ChronicleMapGet;
import io.needletail.bench.micro.ChronicleMapLongGet;
import io.needletail.bench.micro.ChronicleMapPut;
import io.needletail.bench.micro.ConcurrentHashMapGet;
import io.needletail.bench.micro.ConcurrentHashMapLongGet;
import io.needletail.bench.micro.EmbeddedGet;
import io.needletail.bench.micro.EmbeddedGetByKey;
import io.needletail.bench.micro.EmbeddedGetByKeyBatch;
import io.needletail.bench.micro.EmbeddedPut;
import io.needletail.bench.micro.EmbeddedPutFollowed;
import io.needletail.bench.micro.Load;
import io.needletail.bench.micro.ReaderGet;
import io.needletail.bench.micro.Subject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is measured per operation, under the names that the report uses, and which quotients are written. */
final class TierSubjects {
    static final Map<String, Class<? extends Subject>> ALL = new LinkedHashMap<>();
    /** Ours: the ones that must not allocate. */
    static final List<String> OURS = List.of(
            "embedded.get",
            "embedded.put",
            "embedded.put.consumer",
            "embedded.getByKey",
            "embedded.getByKey.batch16",
            "reader.get");

    /** First and second of every ratio. */
    static final List<List<String>> RATIOS = List.of(
            List.of("embedded.get", "load"),
            List.of("embedded.get", "chroniclemap"),
            List.of("embedded.put", "chroniclemap.put"),
            List.of("embedded.put.consumer", "embedded.put"),
            List.of("embedded.getByKey", "chroniclemap"),
            List.of("embedded.getByKey", "agrona"),
            List.of("embedded.getByKey", "concurrenthashmap"),
            List.of("embedded.getByKey.batch16", "embedded.getByKey"),
            List.of("embedded.getByKey.batch16", "load"),
            List.of("reader.get", "embedded.get"));

    static {
        ALL.put("load", Load.class);
        ALL.put("embedded.get", EmbeddedGet.class);
        ALL.put("reader.get", ReaderGet.class);
        ALL.put("embedded.getByKey", EmbeddedGetByKey.class);
        ALL.put("embedded.getByKey.batch16", EmbeddedGetByKeyBatch.class);
        ALL.put("concurrenthashmap", ConcurrentHashMapGet.class);
        ALL.put("agrona", AgronaGet.class);
        ALL.put("chroniclemap", ChronicleMapGet.class);
        ALL.put("embedded.put", EmbeddedPut.class);
        ALL.put("chroniclemap.put", ChronicleMapPut.class);
        ALL.put("embedded.put.consumer", EmbeddedPutFollowed.class);
        ALL.put("caffeine", CaffeineGet.class);
        ALL.put("concurrenthashmap.long", ConcurrentHashMapLongGet.class);
        ALL.put("agrona.long", AgronaLongGet.class);
        ALL.put("chroniclemap.long", ChronicleMapLongGet.class);
    }

    private TierSubjects() {}

    /** The key of a ratio: {@code embedded.put/chroniclemap}, not {@code embedded.put/chroniclemap.put}. */
    static String key(List<String> pair) {
        String second = pair.get(1);
        if (second.equals("chroniclemap.put")) {
            second = "chroniclemap";
        }
        if (pair.get(0).startsWith(second + ".batch")) {
            second = "single";
        }
        return pair.get(0) + "/" + second;
    }

    static String comparedOn(String subject) {
        return switch (subject) {
            case "load" -> "floor: the same 16 bytes of the same slots in the same order, unchecked";
            case "caffeine", "concurrenthashmap.long", "agrona.long", "chroniclemap.long" ->
                "published beside: same entries, values and order; long keys are the first word of the same keys";
            default -> "same 16-byte keys and values, as many entries, the same random order";
        };
    }
}
