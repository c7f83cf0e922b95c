package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.engine.ShardEngine;
import io.needletail.memory.KeySearchKernel;
import io.needletail.registry.Registry;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.EntryViews;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.ShortKeys;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.CollidingKeys;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every search of a batch's short keys finds what was put, whatever the keys: compared with a map, in a full directory. */
@Tag("beside-others")
class KeySearchTest {
    private static final long SEED = 505;
    private static final int SLOTS = 1024;

    private final long seed = Seed.of(SEED);
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Map<String, Long> handles = new HashMap<>();
    private final Key key = new Key();
    private final Value value = new Value(16);
    private final Entry entry = new Entry(16);
    private final Batch batch = new Batch(16);
    private final ShortKeys keys = new ShortKeys();
    private final EntryViews views = new EntryViews();
    private ScratchRegion region;
    private ShardEngine engine;

    /** Draws the n-th key of a kind; the same one every time. */
    private interface Keys {
        void set(Key into, long n);
    }

    @BeforeEach
    void open() {
        region = new ScratchRegion(ScratchRegion.sizing(SLOTS, 16, 1 << 20), SEED);
        engine = ShardEngine.attach(region.segment());
        engine.serve();
    }

    @AfterEach
    void close() {
        region.close();
    }

    private static Map<String, Consumer<Registry>> searches() {
        Map<String, Consumer<Registry>> searches = new LinkedHashMap<>();
        searches.put("vectors", Registry::searchWithVectors);
        searches.put("scalar", Registry::searchWithoutVectors);
        if (KeySearchKernel.isAvailable()) {
            searches.put("native", registry -> registry.searchWith(KeySearchKernel::find));
            searches.put("native with half vectors", registry -> registry.searchWith(KeySearchKernel::findNarrow));
            searches.put("native without vectors", registry -> registry.searchWith(KeySearchKernel::findPlain));
        }
        return searches;
    }

    @Test
    void shouldFindKeysOfEveryShortLength() {
        searchAll("key-search-lengths", (into, n) -> {
            SplittableRandom bits = new SplittableRandom(n);
            int length = 1 + (int) (n % 16);
            byte[] bytes = new byte[length];
            bits.nextBytes(bytes);
            into.set(bytes, 0, length);
        });
    }

    @Test
    void shouldFindKeysOfOneCrc() {
        CollidingKeys colliding = new CollidingKeys();
        searchAll("key-search-colliding", colliding::set);
    }

    /** What only who knows the region's secret can build: one hash, so one fingerprint and two buckets for all of them. */
    @Test
    void shouldTellKeysWithOneFingerprintApartAndRefuseTheSeventeenth() {
        long blind = engine.registry().header().secret0() | 1;
        Keys oneHash = (into, n) -> into.setInline(blind, n, 16);
        searchAll("key-search-one-fingerprint", oneHash);
        assertThat(handles).hasSizeBetween(1, 16);
        for (long n = 0; n < 2 * SLOTS; n++) {
            put(oneHash, n);
        }
        assertThat(handles).hasSize(16);
        assertThat(engine.registry().directoryShape().slotsLookedAt()).isEqualTo(16 * 17 / 2);
    }

    @Test
    void shouldFindKeysThatDifferInOneBitOrInLengthOnly() {
        searchAll("key-search-neighbours", (into, n) -> {
            if ((n & 1) == 0) {
                into.setInline(1L << (n >> 1 & 63), n >> 7, 16);
            } else {
                byte[] zeros = new byte[16];
                into.set(zeros, 0, 1 + (int) (n >> 1) % 16);
            }
        });
    }

    private void searchAll(String proof, Keys keys) {
        long required = Proof.required(100_000, 20_000_000);
        long compared = 0;
        for (long n = 0; handles.size() < SLOTS && n < 2 * SLOTS; n++) {
            put(keys, n);
        }
        while (compared < required) {
            churn(keys);
            for (Map.Entry<String, Consumer<Registry>> search : searches().entrySet()) {
                search.getValue().accept(engine.registry());
                compared += compare(search.getKey(), keys);
            }
        }
        Proof.note(proof, required, compared, seed);
    }

    private void put(Keys keys, long n) {
        keys.set(key, n);
        value.setInline(n, ~n, 16);
        int status = engine.put(key, value, entry);
        if (status == Status.OK) {
            handles.put(text(key), entry.handle());
        } else {
            assertThat(status).isIn(Status.SLOTS_FULL, Status.DIRECTORY_FULL);
        }
    }

    private void churn(Keys keys) {
        for (int i = 0; i < 8; i++) {
            keys.set(key, random.nextLong(2 * SLOTS));
            if (engine.delete(key, entry) == Status.OK) {
                handles.remove(text(key));
            }
            put(keys, random.nextLong(2 * SLOTS));
        }
    }

    private int compare(String search, Keys keys) {
        batch.clear();
        int length = 1 + random.nextInt(Batch.MAX_LENGTH);
        for (int i = 0; i < length; i++) {
            keys.set(key, random.nextLong(2 * SLOTS));
            batch.add(key);
        }
        assertThat(batch.isAllByShortKey()).isTrue();
        assertThat(engine.get(batch)).isEqualTo(Status.OK);
        for (int i = 0; i < length; i++) {
            Long expected = handles.get(text(batch.key(i)));
            assertThat(batch.status(i)).as(search).isEqualTo(expected == null ? Status.NOT_FOUND : Status.OK);
            assertThat(batch.entry(i).handle()).as(search).isEqualTo(expected == null ? 0L : expected);
            assertThat(engine.get(batch.key(i), entry)).as("one by one").isEqualTo(batch.status(i));
        }
        compareViews(search);
        assertThat(engine.resolve(batch, false)).isEqualTo(Status.OK);
        for (int i = 0; i < length; i++) {
            Long expected = handles.get(text(batch.key(i)));
            assertThat(batch.status(i))
                    .as("resolved, " + search)
                    .isEqualTo(expected == null ? Status.NOT_FOUND : Status.OK);
            assertThat(batch.entry(i).handle()).as("resolved, " + search).isEqualTo(expected == null ? 0L : expected);
        }
        return length;
    }

    /** Backwards, so that what the batch's search has left behind is of no use. */
    private void compareViews(String search) {
        keys.clear();
        for (int i = batch.length() - 1; i >= 0; i--) {
            keys.add(batch.key(i));
        }
        engine.get(keys, views);
        assertThat(views.length()).isEqualTo(batch.length());
        for (int i = 0; i < batch.length(); i++) {
            int viewed = batch.length() - 1 - i;
            assertThat(views.status(viewed)).as(search).isEqualTo(batch.status(i));
            if (batch.status(i) == Status.OK) {
                Entry expected = batch.entry(i);
                assertThat(views.version(viewed)).as(search).isEqualTo(expected.version());
                assertThat(views.length(viewed))
                        .as(search)
                        .isEqualTo(expected.value().length());
                assertThat(views.word0(viewed))
                        .as(search)
                        .isEqualTo(expected.value().word0());
                assertThat(views.word1(viewed))
                        .as(search)
                        .isEqualTo(expected.value().word1());
            }
        }
    }

    private static String text(Key of) {
        StringBuilder hex = new StringBuilder();
        for (byte each : of.toByteArray()) {
            hex.append(String.format("%02x", each));
        }
        return hex.toString();
    }
}
