package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.view.Batch;
import io.needletail.registry.view.BatchReader;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.MonotonicClock;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.SlotReader;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupTest {
    private static final long SEED = 41;

    private final Key key = new Key("a");
    private final Key other = new Key("b");
    private final Value value = new Value(8000);
    private final Entry entry = new Entry(8000);
    private final Group group = new Group(8000);
    private ScratchRegion region;
    private ShardEngine engine;

    @BeforeEach
    void formatAndAttach() {
        region = new ScratchRegion(ScratchRegion.small(), SEED);
        attach();
        value.setUtf8("one");
    }

    @AfterEach
    void free() {
        region.close();
    }

    private void attach() {
        engine = ShardEngine.attach(region.segment());
        assertThat(engine.report().fault()).isEqualTo(RegionFault.NONE);
        engine.serve();
    }

    @Test
    void shouldMakeAllChangesOfAGroupWithVersionsInARow() {
        engine.put(key, value, entry);
        long handle = entry.handle();
        long before = engine.sequence();
        value.setUtf8("two");
        group.put(handle, entry.version(), value);
        group.put(other, Group.NO_ENTRY, value);
        key.setUtf8("sum");
        group.add(key, Group.ANY_VERSION, -5);
        assertThat(engine.apply(group)).isEqualTo(Status.OK);
        assertThat(engine.sequence()).isEqualTo(before + 3);
        for (int i = 0; i < 3; i++) {
            assertThat(group.batch().status(i)).isEqualTo(Status.OK);
            assertThat(group.batch().entry(i).version()).isEqualTo(before + 1 + i);
        }
        assertThat(group.batch().entry(0).handle()).isEqualTo(handle);
        assertThat(engine.get(handle, entry)).isEqualTo(Status.OK);
        assertThat(entry.value().toUtf8()).isEqualTo("two");
        assertThat(engine.get(key, entry)).isEqualTo(Status.OK);
        assertThat(entry.value().getLong(0)).isEqualTo(-5);
        assertThat(engine.live().groupSequence()).isEqualTo(2);
    }

    @Test
    void shouldChangeNothingWhenOneVersionIsNotTheExpectedOne() {
        engine.put(key, value, entry);
        long version = entry.version();
        engine.put(other, value, entry);
        long sequence = engine.sequence();
        long free = engine.registry().freeBlocks();
        value.resize(500);
        group.put(key, version, value);
        Key fresh = new Key("a fresh key that takes a block of its own");
        group.put(fresh, Group.NO_ENTRY, value);
        group.delete(other, version);
        assertThat(engine.apply(group)).isEqualTo(Status.VERSION_CONFLICT);
        assertThat(group.batch().status(0)).isEqualTo(Status.NOT_APPLIED);
        assertThat(group.batch().status(2)).isEqualTo(Status.VERSION_CONFLICT);
        assertThat(group.batch().entry(2).version()).isEqualTo(entry.version());
        assertThat(engine.sequence()).isEqualTo(sequence);
        assertThat(engine.registry().freeBlocks()).isEqualTo(free);
        assertThat(engine.registry().keyedEntries()).isEqualTo(2);
        assertThat(engine.get(fresh, entry)).isEqualTo(Status.NOT_FOUND);
        assertThat(engine.get(key, entry)).isEqualTo(Status.OK);
        assertThat(entry.value().toUtf8()).isEqualTo("one");
        assertThat(engine.live().groupSequence()).isZero();
    }

    @Test
    void shouldRefuseAnEntryThatAppearsTwice() {
        group.put(key, Group.ANY_VERSION, value);
        group.put(key, Group.ANY_VERSION, value);
        assertThat(engine.apply(group)).isEqualTo(Status.INVALID_REQUEST);
        engine.put(key, value, entry);
        group.clear();
        group.check(key, Group.ANY_VERSION);
        group.delete(entry.handle(), Group.ANY_VERSION);
        assertThat(engine.apply(group)).isEqualTo(Status.INVALID_REQUEST);
        assertThat(group.batch().status(1)).isEqualTo(Status.INVALID_REQUEST);
        assertThat(engine.get(key, entry)).isEqualTo(Status.OK);
    }

    @Test
    void shouldGiveEverythingBackWhenSlotsRunOutInTheMiddle() {
        for (int i = 0; i < 1020; i++) {
            key.setUtf8("fill-" + i);
            assertThat(engine.put(key, value, entry)).isEqualTo(Status.OK);
        }
        for (int i = 0; i < 6; i++) { // two more than there are slots
            key.setUtf8("late-" + i);
            group.put(key, Group.NO_ENTRY, value);
        }
        assertThat(engine.apply(group)).isEqualTo(Status.SLOTS_FULL);
        assertThat(engine.registry().freeKeyedSlots()).isEqualTo(4);
        assertThat(engine.registry().keyedEntries()).isEqualTo(1020);
        group.clear();
        for (int i = 0; i < 4; i++) {
            key.setUtf8("late-" + i);
            group.put(key, Group.NO_ENTRY, value);
        }
        assertThat(engine.apply(group)).isEqualTo(Status.OK);
        attach();
        for (int i = 0; i < 1020; i++) {
            key.setUtf8("fill-" + i);
            assertThat(engine.get(key, entry)).isEqualTo(Status.OK);
        }
        for (int i = 0; i < 4; i++) {
            key.setUtf8("late-" + i);
            assertThat(engine.get(key, entry)).isEqualTo(Status.OK);
        }
    }

    @Test
    void shouldRefuseAGroupThatNoSegmentHolds() {
        Value large = new Value(1 << 16);
        large.resize(1 << 16);
        Group tooLong = new Group(1 << 16);
        for (int i = 0; i < Batch.MAX_LENGTH; i++) {
            key.setUtf8("k" + i);
            tooLong.put(key, Group.ANY_VERSION, large);
        }
        assertThat(engine.apply(tooLong)).isEqualTo(Status.BATCH_TOO_LONG);
        tooLong.clear();
        assertThat(engine.apply(tooLong)).isEqualTo(Status.INVALID_REQUEST);
    }

    @Test
    void shouldRefuseAGroupWhileAGatingConsumerStalls() {
        engine.put(key, value, entry);
        engine.log().addConsumer("journal", MutationLog.GATING);
        while (engine.put(key, value, entry) == Status.OK) {
            assertThat(entry.version()).isPositive();
        }
        long sequence = engine.sequence();
        group.put(key, Group.ANY_VERSION, value);
        group.put(other, Group.ANY_VERSION, value);
        assertThat(engine.apply(group)).isEqualTo(Status.BACK_PRESSURED);
        assertThat(group.batch().status(0)).isEqualTo(Status.NOT_APPLIED);
        assertThat(engine.sequence()).isEqualTo(sequence);
    }

    @Test
    void shouldDeleteAnonymousEntriesInAGroup() {
        engine.allocate(entry);
        long handle = entry.handle();
        group.put(handle, Group.ANY_VERSION, value);
        assertThat(engine.apply(group)).isEqualTo(Status.OK);
        group.clear();
        group.delete(handle, engine.sequence());
        assertThat(engine.apply(group)).isEqualTo(Status.OK);
        assertThat(engine.get(handle, entry)).isEqualTo(Status.STALE_HANDLE);
        assertThat(engine.registry().freeAnonymousSlots()).isEqualTo(128);
    }

    /** One thread moves an amount between accounts in groups, another sums them up: the sum never changes. */
    @Test
    void shouldShowReadersWholeGroupsOnly() throws InterruptedException {
        long required = Proof.required(200_000, 10_000_000);
        long seed = Seed.of(SEED);
        int accounts = 8;
        long[] handles = new long[accounts];
        for (int i = 0; i < accounts; i++) {
            key.setUtf8("account-" + i);
            engine.add(key, 1000, entry);
            handles[i] = entry.handle();
        }
        Transfers transfers = new Transfers(engine, handles, seed);
        engine.handOver();
        Thread writer = Thread.ofPlatform().start(transfers);
        MonotonicClock clock = SystemTime.INSTANCE;
        BatchReader reader = new BatchReader(new SlotReader(region.segment(), clock), clock);
        Batch batch = new Batch(16);
        for (long handle : handles) {
            batch.add(handle);
        }
        long wrong = 0;
        try {
            for (long i = 0; i < required; i++) {
                assertThat(reader.get(batch)).isEqualTo(Status.OK);
                wrong += sumOf(batch) == 1000L * accounts ? 0 : 1;
            }
        } finally {
            transfers.stop(); // or it goes on writing into memory that is gone
            writer.join();
        }
        assertThat(wrong).isZero();
        assertThat(transfers.groups).as("the writer was at work").isGreaterThan(1000);
        Proof.note("groups-seen-whole", required, required, seed);
    }

    private static long sumOf(Batch batch) {
        long sum = 0;
        for (int i = 0; i < batch.length(); i++) {
            sum += batch.entry(i).value().getLong(0);
        }
        return sum;
    }

    private enum SystemTime implements MonotonicClock {
        INSTANCE;

        @Override
        public long nowNs() {
            return 0; // the lease of a scratch region is 0: the writer counts as alive
        }

        @Override
        public void pause() {
            Thread.onSpinWait();
        }
    }

    private static final class Transfers implements Runnable {
        private final ShardEngine engine;
        private final long[] handles;
        private final SplittableRandom random;
        private final Group group = new Group(16);
        private volatile boolean stopped;
        private long groups;

        Transfers(ShardEngine engine, long[] handles, long seed) {
            this.engine = engine;
            this.handles = handles;
            random = new SplittableRandom(seed);
        }

        void stop() {
            stopped = true;
        }

        @Override
        public void run() {
            while (!stopped) {
                int from = random.nextInt(handles.length);
                int to = (from + 1 + random.nextInt(handles.length - 1)) % handles.length;
                group.clear();
                group.add(handles[from], Group.ANY_VERSION, -1);
                group.add(handles[to], Group.ANY_VERSION, 1);
                if (engine.apply(group) != Status.OK) {
                    throw new AssertionError("a transfer was refused");
                }
                groups++;
                for (int i = 0; i < 50; i++) {
                    Thread.onSpinWait(); // leaves the reader a gap
                }
            }
        }
    }

    @Test
    void shouldFindKeysWhileOthersOfTheirGroupHaveNoPlaceYet() {
        // Inserts in groups up to the last slot: lanes move while the keys of the same group are not written yet.
        long seed = Seed.of(SEED);
        SplittableRandom random = new SplittableRandom(seed);
        int stored = 0;
        while (stored < 1024) {
            group.clear();
            int length = Math.min(1024 - stored, 1 + random.nextInt(Batch.MAX_LENGTH));
            for (int i = 0; i < length; i++) {
                key.setUtf8("k-" + stored++);
                group.put(key, Group.NO_ENTRY, value);
            }
            assertThat(engine.apply(group)).isEqualTo(Status.OK);
        }
        Batch batch = new Batch(16);
        for (int i = 0; i < 1024; i++) {
            key.setUtf8("k-" + i);
            assertThat(engine.get(key, entry)).isEqualTo(Status.OK);
            batch.add(key);
            if (batch.isFull()) {
                assertThat(engine.get(batch)).isEqualTo(Status.OK);
                for (int j = 0; j < batch.length(); j++) {
                    assertThat(batch.status(j)).isEqualTo(Status.OK);
                }
                batch.clear();
            }
        }
    }

    @Test
    void shouldAnswerABatchAsSingleRequestsWouldBe() {
        long required = Proof.required(100_000, 5_000_000);
        long seed = Seed.of(SEED);
        SplittableRandom random = new SplittableRandom(seed);
        ShardOracle oracle = new ShardOracle(seed);
        Batch batch = new Batch(600);
        long compared = 0;
        for (int round = 0; compared < required; round++) {
            for (int i = 0; i < 5; i++) {
                oracle.draw();
                oracle.apply(engine);
                oracle.happened(engine);
            }
            fillAtRandom(batch, random);
            compared += compareReads(batch, oracle.expected());
        }
        Proof.note("batch-as-singles", required, compared, seed);
    }

    private void fillAtRandom(Batch batch, SplittableRandom random) {
        batch.clear();
        int length = 1 + random.nextInt(Batch.MAX_LENGTH);
        String[] names = java.util.stream.StreamSupport.stream(
                        ShardOracle.allKeys().spliterator(), false)
                .toArray(String[]::new);
        while (batch.length() < length) {
            key.setUtf8(names[random.nextInt(names.length)]);
            if (random.nextBoolean() && engine.resolve(key, false, entry) == Status.OK) {
                batch.add(entry.handle());
            } else {
                batch.add(key);
            }
        }
    }

    private int compareReads(Batch batch, Map<String, byte[]> expected) {
        assertThat(engine.get(batch)).isEqualTo(Status.OK);
        for (int i = 0; i < batch.length(); i++) {
            int single = batch.isByKey(i) ? engine.get(batch.key(i), entry) : engine.get(batch.handle(i), entry);
            assertThat(batch.status(i)).isEqualTo(single);
            if (single == Status.OK) {
                assertThat(batch.entry(i).handle()).isEqualTo(entry.handle());
                assertThat(batch.entry(i).version()).isEqualTo(entry.version());
                assertThat(batch.entry(i).value().toByteArray())
                        .isEqualTo(entry.value().toByteArray());
            }
            if (batch.isByKey(i)) {
                byte[] value = expected.get(batch.key(i).toUtf8());
                assertThat(single == Status.OK).isEqualTo(value != null);
            }
        }
        return batch.length();
    }

    @Test
    void shouldPutAndResolveInBatchesEachEntryForItself() {
        Batch batch = new Batch(8000);
        batch.add(key, value);
        batch.add(0x1234L, value);
        value.resize(7041);
        batch.add(other, value);
        value.setUtf8("again");
        batch.add(key, value);
        assertThat(engine.put(batch)).isEqualTo(Status.OK);
        assertThat(batch.status(0)).isEqualTo(Status.OK);
        assertThat(batch.status(1)).isEqualTo(Status.STALE_HANDLE);
        assertThat(batch.status(2)).isEqualTo(Status.VALUE_TOO_LONG);
        assertThat(batch.status(3)).isEqualTo(Status.OK);
        assertThat(batch.entry(3).handle()).isEqualTo(batch.entry(0).handle());
        assertThat(batch.entry(3).value().toUtf8()).isEqualTo("again");
        batch.clear();
        batch.add(key);
        batch.add(other);
        assertThat(engine.resolve(batch, false)).isEqualTo(Status.OK);
        assertThat(batch.status(0)).isEqualTo(Status.OK);
        assertThat(batch.status(1)).isEqualTo(Status.NOT_FOUND);
        assertThat(engine.resolve(batch, true)).isEqualTo(Status.OK);
        assertThat(batch.status(1)).isEqualTo(Status.OK);
        assertThat(engine.get(batch)).isEqualTo(Status.OK);
        assertThat(batch.entry(0).value().toUtf8()).isEqualTo("again");
        assertThat(batch.status(1)).isEqualTo(Status.ABSENT);
        batch.clear();
        assertThat(engine.get(batch)).isEqualTo(Status.INVALID_REQUEST);
    }

    @Test
    void shouldAnswerNotYetUntilALevelHasComeToTheVersion() {
        engine.put(key, value, entry);
        long handle = entry.handle();
        long version = entry.version();
        SlotReader reader = new SlotReader(region.segment(), SystemTime.INSTANCE);
        Entry seen = new Entry(16);
        for (int level = Level.JOURNALED; level < Level.COUNT; level++) {
            assertThat(engine.get(handle, level, entry)).isEqualTo(Status.NOT_YET);
            assertThat(reader.get(handle, level, seen)).isEqualTo(Status.NOT_YET);
            assertThat(seen.version()).isEqualTo(version);
            assertThat(seen.value().length()).isZero();
            engine.live().reached(level, version);
            assertThat(engine.get(handle, level, entry)).isEqualTo(Status.OK);
            assertThat(reader.get(handle, level, seen)).isEqualTo(Status.OK);
            assertThat(seen.value().toUtf8()).isEqualTo("one");
            assertThat(Level.byName(Level.name(level))).isEqualTo(level);
        }
        engine.put(handle, value, entry);
        assertThat(reader.get(handle, Level.MIRRORED, seen)).isEqualTo(Status.NOT_YET);
        assertThat(reader.get(handle, Level.MEMORY, seen)).isEqualTo(Status.OK);
        assertThat(reader.get(handle, Level.COUNT, seen)).isEqualTo(Status.INVALID_REQUEST);
        assertThat(engine.get(handle, -1, entry)).isEqualTo(Status.INVALID_REQUEST);
        assertThat(Level.byName("twice")).isEqualTo(-1);
    }
}
