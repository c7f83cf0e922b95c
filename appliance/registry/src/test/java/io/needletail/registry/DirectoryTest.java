package io.needletail.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.view.Key;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.SlotLayout;
import io.needletail.testing.CollidingKeys;
import io.needletail.testing.Proof;
import io.needletail.testing.RealHour;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The directory against a map, at load up to 0.85, for each probe, on key families that are each a different trap. */
class DirectoryTest {
    private static final int SLOTS = 16_384;
    private static final long SEED = 77;

    /** Writes the i-th key of a family. */
    private interface Family {
        void set(Key key, long i);
    }

    @Test
    void shouldAgreeWithAMapOnRandomKeys() {
        SplittableRandom random = new SplittableRandom(Seed.of(SEED));
        long mix = random.nextLong() | 1;
        churnWithBothProbes("random", (key, i) -> key.setInline(i * mix, Long.rotateLeft(i * mix, 17) ^ i, 16));
    }

    @Test
    void shouldAgreeWithAMapOnSequentialKeys() {
        churnWithBothProbes("sequential", (key, i) -> key.setInline(i, 0, 8));
    }

    @Test
    void shouldAgreeWithAMapOnKeysBuiltToCollideUnderCrc() {
        CollidingKeys keys = new CollidingKeys();
        churnWithBothProbes("crc-colliding", keys::set);
    }

    @Test
    void shouldAgreeWithAMapOnKeysOfEveryLength() {
        churnWithBothProbes("inline-lengths", (key, i) -> {
            key.clear();
            key.append(i).append("xxxxxxxx".substring(0, (int) (i % 9)));
        });
    }

    @Test
    void shouldAgreeWithAMapOnRealKeys() throws IOException {
        List<String> real = realKeys();
        churnWithBothProbes("real", (key, i) -> key.setUtf8(real.get((int) (i % real.size()))));
    }

    private static List<String> realKeys() throws IOException {
        List<String> keys = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(SEED);
        Path hour = RealHour.find().orElse(null);
        if (hour != null) {
            try (var lines = Files.lines(hour)) {
                lines.map(line -> "AAPL:" + line.split(",")[2]).distinct().forEach(keys::add);
            }
        }
        for (int i = keys.size(); i < 3 * SLOTS; i++) {
            keys.add("GEN:" + (16_000_000 + i * 3 + random.nextInt(3)));
        }
        return keys.subList(0, 3 * SLOTS);
    }

    private void churnWithBothProbes(String name, Family family) {
        long required = Proof.required(400_000, 40_000_000);
        long done = churn(family, new ScalarBucketProbe(), required / 2);
        done += churn(family, BucketProbe.PREFERRED, required / 2);
        Proof.note("directory-" + name, required, done, SEED);
    }

    /** Random inserts, removals and lookups, of present and of absent keys, to full load again and again. */
    private long churn(Family family, BucketProbe probe, long operations) {
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.sizing(SLOTS, 0, 1 << 20), SEED)) {
            Fixture fixture = new Fixture(region, probe);
            SplittableRandom random = new SplittableRandom(SEED);
            Map<Long, Long> oracle = new HashMap<>();
            for (long i = 0; i < operations; i++) {
                long id = random.nextLong(3L * SLOTS);
                family.set(fixture.key, id);
                boolean filling = (i / (2L * SLOTS)) % 2 == 0;
                Long expected = oracle.get(id);
                assertThat(fixture.find()).isEqualTo(expected == null ? Directory.NOT_FOUND : expected);
                if (expected == null && oracle.size() < SLOTS && (filling || random.nextInt(4) == 0)) {
                    oracle.put(id, fixture.insert());
                } else if (expected != null && (!filling || random.nextInt(8) == 0)) {
                    fixture.remove(expected);
                    oracle.remove(id);
                }
                assertThat(fixture.directory.entries()).isEqualTo(oracle.size());
            }
            fillUp(family, fixture, oracle);
            return operations;
        }
    }

    private void fillUp(Family family, Fixture fixture, Map<Long, Long> oracle) {
        for (long id = 0; oracle.size() < SLOTS; id++) {
            family.set(fixture.key, id);
            if (!oracle.containsKey(id)) {
                oracle.put(id, fixture.insert());
            }
        }
        assertThat((double) fixture.directory.entries() / fixture.directory.lanes())
                .isGreaterThan(0.849);
        oracle.forEach((id, slot) -> {
            family.set(fixture.key, id);
            assertThat(fixture.find()).isEqualTo(slot);
        });
    }

    /** A directory over slots whose keys the test writes itself. */
    private static final class Fixture {
        private final Key key = new Key();
        private final KeyHash hash;
        private final Directory directory;
        private final KeyedSlots slots;
        private final RotatingBitmap free = new RotatingBitmap(SLOTS);

        Fixture(ScratchRegion region, BucketProbe probe) {
            RegionHeader header = RegionHeader.of(region.segment());
            RegionLayout layout = header.layout();
            long base = region.segment().address();
            hash = new KeyHash(header.secret0(), header.secret1());
            slots = new KeyedSlots(base + layout.keyedOffset(), SLOTS, new Slab(base, layout), hash);
            directory = new Directory(base + layout.directoryOffset(), layout.directoryBuckets(), slots, probe);
            free.freeAll();
        }

        long find() {
            return directory.find(key, hash.hash(key));
        }

        long insert() {
            long lane = directory.reserve(hash.hash(key));
            assertThat(lane).as("room at %d entries", directory.entries()).isNotZero();
            long slot = free.peek();
            free.takePeeked(slot);
            long at = slots.address(slot);
            Stores.putLong(at + SlotLayout.KEY_META_OFFSET, SlotLayout.keyMeta(key.crc32c(), key.length()));
            Stores.putLong(at + SlotLayout.KEY_OFFSET, key.word0());
            Stores.putLong(at + SlotLayout.KEY_OFFSET + 8, key.word1());
            directory.fill(lane, slot, hash.hash(key));
            return slot;
        }

        void remove(long slot) {
            directory.remove(slot);
            free.free(slot);
        }
    }

    @Test
    void shouldMatchTheSameLanesWithTheVectorAndTheScalarProbe() {
        SplittableRandom random = new SplittableRandom(Seed.of(3));
        BucketProbe scalar = new ScalarBucketProbe();
        BucketProbe vector = new VectorBucketProbe();
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), SEED)) {
            long bucket = region.segment().address()
                    + RegionHeader.of(region.segment()).layout().directoryOffset();
            int few = 3; // few distinct fingerprints, so that matches are common; 0 and lane payloads among them
            for (int i = 0; i < 200_000; i++) {
                for (int lane = 0; lane < RegionLayout.BUCKET_LANES; lane++) {
                    Stores.putLong(bucket + lane * 8L, ((long) random.nextInt(few) << 32) | random.nextInt(few));
                }
                int wanted = random.nextInt(few);
                assertThat(vector.match(bucket, wanted)).isEqualTo(scalar.match(bucket, wanted));
            }
            assertThat(Loads.getLong(bucket + 56) >>> 32).isLessThan(few);
        }
    }

    @Test
    void shouldHashInlineBlockAndKeyBytesAlike() {
        KeyHash hash = new KeyHash(1234567, 7654321);
        SplittableRandom random = new SplittableRandom(Seed.of(4));
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), SEED)) {
            Slab slab = new Slab(
                    region.segment().address(),
                    RegionHeader.of(region.segment()).layout());
            Key key = new Key();
            for (int length = 1; length <= Key.MAX_LENGTH; length++) {
                byte[] bytes = new byte[length];
                random.nextBytes(bytes);
                key.set(bytes, 0, length);
                if (Registry.isInline(length)) {
                    assertThat(hash.hashInline(key.word0(), key.word1(), length))
                            .isEqualTo(hash.hash(key));
                } else {
                    long block = slab.allocate(length);
                    Stores.copyPadded(bytes, length, slab.address(block), SlabPadding.of(length));
                    assertThat(hash.hashBlock(slab.address(block), length)).isEqualTo(hash.hash(key));
                    slab.free(block);
                }
            }
        }
    }

    /** Blocks are written in whole words. */
    private static final class SlabPadding {
        static int of(int length) {
            return (length + 7) & ~7;
        }
    }
}
