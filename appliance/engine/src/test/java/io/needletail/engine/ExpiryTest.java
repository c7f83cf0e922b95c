package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.Stores;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.SlotLayout;
import io.needletail.registry.view.SlotReader;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExpiryTest {
    private static final long SEED = 5;
    private static final long START = 1_700_000_000_000_000_000L;
    /**
     * A turn of 1024 steps looks at sixteen blocks of 64 slots, all of the small region. One may begin in the middle of a
     * block.
     */
    private static final int TURNS = 3;

    private final Key key = new Key("ttl:1");
    private final Value value = new Value(64);
    private final Entry entry = new Entry(64);
    private ScratchRegion region;
    private ShardEngine engine;
    private long nowNs = START;

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
        engine.advanceTime(nowNs);
    }

    /** Lets time pass and the sweep go round. */
    private int pass(long ns) {
        nowNs += ns;
        engine.advanceTime(nowNs);
        int freed = 0;
        for (int turn = 0; turn < TURNS; turn++) {
            freed += engine.expire(1024);
        }
        return freed;
    }

    @Test
    void shouldFreeAnEntryWhenItsTimeIsOverAndNotBefore() {
        assertThat(engine.putFor(key, 1_000, value, entry)).isEqualTo(Status.OK);
        long handle = entry.handle();
        assertThat(pass(999)).isZero();
        assertThat(engine.get(handle, entry)).isEqualTo(Status.OK);
        assertThat(pass(1)).isEqualTo(1);
        assertThat(engine.get(handle, entry)).isEqualTo(Status.STALE_HANDLE);
        assertThat(engine.get(key, entry)).isEqualTo(Status.NOT_FOUND);
        assertThat(engine.expirations()).isEqualTo(1);
        assertThat(pass(1_000_000)).isZero();
    }

    @Test
    void shouldKeepTheDeadlineOverAnAddAndARestartAndLoseItWithAPutOrAClear() {
        value.setInline(5, 0, 8);
        engine.putFor(key, 1_000, value, entry);
        long handle = entry.handle();
        assertThat(engine.add(handle, 2, entry)).isEqualTo(Status.OK);
        assertThat(entry.value().getLong(0)).isEqualTo(7);
        attach();
        assertThat(pass(1_000)).isEqualTo(1);

        for (int way = 0; way < 3; way++) {
            engine.putFor(key, 1_000, value, entry);
            switch (way) {
                case 0 -> engine.put(key, value, entry);
                case 1 -> engine.clear(key, entry);
                default -> engine.touch(key, 0, entry);
            }
            attach();
            assertThat(pass(5_000)).as("way %d", way).isZero();
            assertThat(engine.resolve(key, false, entry)).isEqualTo(Status.OK);
        }
    }

    @Test
    void shouldMoveTheDeadlineWithATouchAndKeepTheValue() {
        String longText = "a value that does not fit the slot";
        value.setUtf8(longText);
        engine.putFor(key, 1_000, value, entry);
        long version = entry.version();
        assertThat(engine.touch(entry.handle(), 5_000, entry)).isEqualTo(Status.OK);
        assertThat(entry.version()).isGreaterThan(version);
        assertThat(pass(4_999)).isZero();
        assertThat(engine.get(key, entry)).isEqualTo(Status.OK);
        assertThat(entry.value().toUtf8()).isEqualTo(longText);
        SlotReader reader = new SlotReader(region.segment(), () -> 0L);
        assertThat(reader.get(entry.handle(), entry)).isEqualTo(Status.OK);
        assertThat(entry.value().toUtf8()).isEqualTo(longText);
        assertThat(pass(1)).isEqualTo(1);
        assertThat(engine.registry().freeBlocks()).as("its block is free again").isEqualTo(new ScratchBlocks().count());
    }

    /** Blocks of an empty region of the same size. */
    private static final class ScratchBlocks {
        long count() {
            try (ScratchRegion empty = new ScratchRegion(ScratchRegion.small(), 1)) {
                return ShardEngine.attach(empty.segment()).registry().freeBlocks();
            }
        }
    }

    @Test
    void shouldRefuseTimesAndEntriesThatCannotEnd() {
        engine.allocate(entry);
        long anonymous = entry.handle();
        assertThat(engine.putFor(anonymous, 1_000, value, entry)).isEqualTo(Status.INVALID_REQUEST);
        assertThat(engine.touch(anonymous, 1_000, entry)).isEqualTo(Status.INVALID_REQUEST);
        for (long ttlNs : new long[] {0, -1, Long.MIN_VALUE, ShardEngine.MAX_TTL_NS + 1, Long.MAX_VALUE}) {
            assertThat(engine.putFor(key, ttlNs, value, entry)).as("%d", ttlNs).isEqualTo(Status.INVALID_REQUEST);
        }
        assertThat(engine.touch(key, 1_000, entry)).isEqualTo(Status.NOT_FOUND);
        assertThat(engine.touch(1L << 32, 1_000, entry)).isEqualTo(Status.STALE_HANDLE);
        assertThat(engine.touch(key, -1, entry)).isEqualTo(Status.INVALID_REQUEST);
    }

    @Test
    void shouldEndEntriesThoughTheClockWasSetBackOverARestart() {
        engine.put(new Key("written now"), value, entry);
        attachAt(START - 3_600_000_000_000L);
        assertThat(engine.putFor(key, 1_000_000, value, entry)).isEqualTo(Status.OK);
        assertThat(pass(1_999_998)).as("at half the clock's pace").isZero();
        assertThat(pass(2)).isEqualTo(1);
    }

    private void attachAt(long clockNs) {
        nowNs = clockNs;
        attach();
    }

    @Test
    void shouldFreeNoMoreATurnThanItIsAllowed() {
        for (int i = 0; i < 1000; i++) {
            key.setUtf8("ttl:" + i);
            engine.putFor(key, 10, value, entry);
        }
        nowNs += 25;
        engine.advanceTime(nowNs);
        int freed = 0;
        for (int turn = 0; turn < 2_000 && freed < 1000; turn++) {
            int now = engine.expire(4);
            assertThat(now).isBetween(0, 4);
            freed += now;
        }
        assertThat(freed).isEqualTo(1000);
        assertThat(engine.maxExpiryLagNs()).isEqualTo(15);
        assertThat(engine.registry().keyedEntries()).isZero();
    }

    @Test
    void shouldTakeAsManyStepsAsANumberCanSay() {
        for (int i = 0; i < 100; i++) {
            key.setUtf8("ttl:" + i);
            assertThat(engine.putFor(key, 10, value, entry)).isEqualTo(Status.OK);
        }
        nowNs += 10;
        engine.advanceTime(nowNs);
        assertThat(engine.expire(0)).isZero();
        assertThat(engine.expire(Integer.MAX_VALUE)).isEqualTo(100);
    }

    @Test
    void shouldLeaveAnEntryThatChangedBetweenFindingAndFreeing() {
        for (int i = 0; i < DueSlots.CAPACITY; i++) {
            key.setUtf8("ttl:" + i);
            assertThat(engine.putFor(key, 10, value, entry)).isEqualTo(Status.OK);
        }
        nowNs += 20;
        engine.advanceTime(nowNs);
        int steps = 0;
        while (!engine.sweep().isAheadFull()) {
            assertThat(engine.expire(1)).as("a step that finds").isZero();
            assertThat(++steps).isLessThan(80);
        }
        assertThat(engine.touch(new Key("ttl:0"), 1_000, entry)).isEqualTo(Status.OK);
        assertThat(engine.delete(new Key("ttl:1"), entry)).isEqualTo(Status.OK);
        assertThat(engine.put(new Key("ttl:2"), value, entry)).isEqualTo(Status.OK);
        assertThat(pass(0)).as("only ttl:3").isEqualTo(1);
        assertThat(engine.get(new Key("ttl:3"), entry)).isEqualTo(Status.NOT_FOUND);
        assertThat(pass(999)).isZero();
        assertThat(engine.get(new Key("ttl:0"), entry)).isEqualTo(Status.OK);
        assertThat(pass(1)).as("ttl:0 at its new time").isEqualTo(1);
        assertThat(engine.get(new Key("ttl:2"), entry)).isEqualTo(Status.OK);
    }

    @Test
    void shouldAskForTheLinesOfWhatItFindsBeforeItFreesIt() {
        List<Long> asked = new ArrayList<>();
        engine.prefetcher((first, second) -> {
            assertThat(engine.registry().keyedEntries()).as("not freed yet").isEqualTo(1);
            asked.add(first);
            asked.add(second);
        });
        engine.putFor(key, 10, value, entry);
        assertThat(pass(10)).isEqualTo(1);
        assertThat(asked)
                .hasSize(2)
                .allSatisfy(address ->
                        assertThat(address % RegionLayout.BUCKET_LENGTH).isZero());
    }

    @Test
    void shouldWaitWithExpiryWhileAGatingConsumerStalls() {
        int consumer = engine.log().addConsumer("stalled", MutationLog.GATING);
        engine.putFor(key, 10, value, entry);
        long handle = entry.handle();
        Key other = new Key("other");
        while (engine.put(other, value, entry) == Status.OK) {
            // until the ring is full
        }
        assertThat(pass(100)).isZero();
        assertThat(engine.get(handle, entry)).isEqualTo(Status.OK);
        Stores.putLongRelease(
                engine.log().consumerAddress(consumer), engine.log().position());
        assertThat(pass(1)).isEqualTo(1);
        assertThat(engine.get(handle, entry)).isEqualTo(Status.STALE_HANDLE);
    }

    @Test
    void shouldFindEveryFlippedBitOfADeadline() {
        engine.putFor(key, 1_000, value, entry);
        long address = engine.registry().slotAddress(Handle.slot(entry.handle())) + SlotLayout.DEADLINE_OFFSET;
        long deadlineNs = Loads.getLong(address);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            Stores.putLong(address, deadlineNs ^ 1L << bit);
            assertThat(ShardEngine.attach(region.segment()).report().fault())
                    .as("bit %d", bit)
                    .isEqualTo(RegionFault.SLOT_DAMAGED);
        }
        Stores.putLong(address, deadlineNs);
        assertThat(ShardEngine.attach(region.segment()).report().fault()).isEqualTo(RegionFault.NONE);
    }

    @Test
    void shouldHoldWhatAnOracleSaysOverManyDeadlinesAndRestarts() {
        SplittableRandom random = new SplittableRandom(Seed.of(SEED));
        long required = Proof.required(20_000, 2_000_000);
        Map<String, Long> deadlines = new TreeMap<>(); // Long.MAX_VALUE for none
        long freed = 0;
        for (long step = 0; step < required; step++) {
            String name = "k" + random.nextInt(300);
            key.setUtf8(name);
            play(random, name, deadlines);
            if (random.nextInt(20) == 0) {
                long before = deadlines.size();
                pass(random.nextInt(400));
                deadlines.values().removeIf(deadlineNs -> deadlineNs <= nowNs);
                freed += before - deadlines.size();
                assertThat(engine.registry().keyedEntries()).isEqualTo(deadlines.size());
            }
            if (random.nextInt(500) == 0) {
                attach();
            }
        }
        for (int i = 0; i < 300; i++) {
            key.setUtf8("k" + i);
            int expected = deadlines.containsKey("k" + i) ? Status.OK : Status.NOT_FOUND;
            assertThat(engine.resolve(key, false, entry)).isEqualTo(expected);
        }
        assertThat(freed).isPositive();
        Proof.note("expiry-against-an-oracle", required, required, SEED);
    }

    private void play(SplittableRandom random, String name, Map<String, Long> deadlines) {
        long ttlNs = 1 + random.nextInt(2_000);
        boolean known = deadlines.containsKey(name);
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                value.setUtf8("x".repeat(random.nextInt(40)));
                assertThat(engine.putFor(key, ttlNs, value, entry)).isEqualTo(Status.OK);
                deadlines.put(name, nowNs + ttlNs);
            }
            case 2 -> {
                engine.put(key, value, entry);
                deadlines.put(name, Long.MAX_VALUE);
            }
            case 3 -> {
                assertThat(engine.touch(key, ttlNs, entry)).isEqualTo(known ? Status.OK : Status.NOT_FOUND);
                deadlines.computeIfPresent(name, (same, old) -> nowNs + ttlNs);
            }
            case 4 -> {
                engine.delete(key, entry);
                deadlines.remove(name);
            }
            default -> {
                if (known && engine.clear(key, entry) == Status.OK) {
                    deadlines.put(name, Long.MAX_VALUE);
                }
            }
        }
    }
}
