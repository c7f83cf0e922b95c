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
import io.needletail.bench.micro.EmbeddedView;
import io.needletail.bench.micro.EmbeddedViewByKey;
import io.needletail.bench.micro.EmbeddedViewsByKey;
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
            "embedded.view",
            "embedded.put",
            "embedded.put.consumer",
            "embedded.getByKey",
            "embedded.getByKey.batch16",
            "embedded.viewByKey",
            "embedded.viewsByKey16",
            "reader.get",
            "reader.get.256",
            "embedded.get.256",
            "embedded.getByKey.256",
            "embedded.getByKey.batch16.256");

    /** Every ratio. */
    static final List<Quotient> QUOTIENTS = List.of(
            Quotient.of("embedded.get", "load"),
            Quotient.of("embedded.get", "chroniclemap"),
            Quotient.of("embedded.view", "load"),
            Quotient.of("embedded.view", "chroniclemap"),
            new Quotient("embedded.put/chroniclemap", "embedded.put", "chroniclemap.put"),
            Quotient.of("embedded.put.consumer", "embedded.put"),
            Quotient.of("embedded.getByKey", "chroniclemap"),
            Quotient.of("embedded.getByKey", "agrona"),
            Quotient.of("embedded.getByKey", "concurrenthashmap"),
            new Quotient("embedded.getByKey.batch16/single", "embedded.getByKey.batch16", "embedded.getByKey"),
            Quotient.of("embedded.getByKey.batch16", "load"),
            Quotient.of("embedded.viewByKey", "chroniclemap"),
            Quotient.of("embedded.viewByKey", "agrona"),
            Quotient.of("embedded.viewByKey", "concurrenthashmap"),
            new Quotient("embedded.viewsByKey16/single", "embedded.viewsByKey16", "embedded.viewByKey"),
            new Quotient("embedded.viewsByKey16/copying", "embedded.viewsByKey16", "embedded.getByKey"),
            Quotient.of("embedded.viewsByKey16", "load"),
            Quotient.of("reader.get", "embedded.get"));

    static {
        ALL.put("load", Load.class);
        ALL.put("embedded.get", EmbeddedGet.class);
        ALL.put("embedded.view", EmbeddedView.class);
        ALL.put("reader.get", ReaderGet.class);
        ALL.put("embedded.getByKey", EmbeddedGetByKey.class);
        ALL.put("embedded.getByKey.batch16", EmbeddedGetByKeyBatch.class);
        ALL.put("embedded.viewByKey", EmbeddedViewByKey.class);
        ALL.put("embedded.viewsByKey16", EmbeddedViewsByKey.class);
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

    static String comparedOn(String subject) {
        return switch (subject) {
            case "load" -> "floor: the same 16 bytes of the same slots in the same order, unchecked";
            case "embedded.view", "embedded.viewByKey", "embedded.viewsByKey16" ->
                "the value read where it lies, valid until the next change; Chronicle Map copies its own into an array";
            case "caffeine", "concurrenthashmap.long", "agrona.long", "chroniclemap.long" ->
                "published beside: same entries, values and order; long keys are the first word of the same keys";
            case "concurrenthashmap.256", "agrona.256", "caffeine.256" ->
                "the object that was put is handed over; ours, Chronicle Map and Hazelcast copy 256 bytes";
            default -> "same 16-byte keys, same values, as many entries, the same random order";
        };
    }
}
