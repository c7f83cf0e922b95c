package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.Stores;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.SlotReader;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShardEngineTest {
    private static final long SEED = 11;

    private final Key key = new Key("AAPL:1");
    private final Value value = new Value(7040);
    private final Entry entry = new Entry(7040);
    private ScratchRegion region;
    private ShardEngine engine;

    @BeforeEach
    void formatAndAttach() {
        region = new ScratchRegion(ScratchRegion.small(), SEED);
        engine = attach();
        value.setUtf8("one");
    }

    @AfterEach
    void free() {
        region.close();
    }

    private ShardEngine attach() {
        ShardEngine attached = ShardEngine.attach(region.segment());
        assertThat(attached.report().fault()).isEqualTo(RegionFault.NONE);
        attached.serve();
        return attached;
    }

    @Test
    void shouldReadBackWhatWasPutByKeyAndByHandle() {
        assertThat(engine.put(key, value, entry)).isEqualTo(Status.OK);
        long handle = entry.handle();
        assertThat(engine.get(handle, entry)).isEqualTo(Status.OK);
        assertThat(entry.value().toUtf8()).isEqualTo("one");
        value.setUtf8("x".repeat(5000));
        assertThat(engine.put(handle, value, entry)).isEqualTo(Status.OK);
        long version = entry.version();
        assertThat(engine.get(key, entry)).isEqualTo(Status.OK);
        assertThat(entry.value().toUtf8()).isEqualTo("x".repeat(5000));
        assertThat(entry.version()).isEqualTo(version);
    }

    @Test
    void shouldAnswerStaleHandleAfterSlotReuse() {
        engine.put(key, value, entry);
        long old = entry.handle();
        assertThat(engine.delete(key, entry)).isEqualTo(Status.OK);
        assertThat(engine.get(old, entry)).isEqualTo(Status.STALE_HANDLE);
        for (int i = 0; i < 1024; i++) { // around the rotation, back to the same slot
            key.setUtf8("other-" + i);
            assertThat(engine.put(key, value, entry)).isEqualTo(Status.OK);
        }
        assertThat(Handle.slot(entry.handle())).isEqualTo(Handle.slot(old));
        assertThat(engine.get(old, entry)).isEqualTo(Status.STALE_HANDLE);
        assertThat(engine.put(old, value, entry)).isEqualTo(Status.STALE_HANDLE);
        assertThat(engine.delete(old, entry)).isEqualTo(Status.STALE_HANDLE);
    }

    @Test
    void shouldRefuseForgedHandles() {
        engine.put(key, value, entry);
        long handle = entry.handle();
        for (long forged :
                new long[] {0, -1, handle ^ 1L << 56, handle ^ 1L << 32, handle + 1, handle | 0xFFFF_FFFFL}) {
            assertThat(engine.get(forged, entry)).as("%x", forged).isEqualTo(Status.STALE_HANDLE);
            assertThat(engine.put(forged, value, entry)).as("%x", forged).isEqualTo(Status.STALE_HANDLE);
        }
    }

    @Test
    void shouldKeepAResolvedKeyWithoutValueAbsentUntilItIsWritten() {
        assertThat(engine.resolve(key, false, entry)).isEqualTo(Status.NOT_FOUND);
        assertThat(engine.resolve(key, true, entry)).isEqualTo(Status.OK);
        long handle = entry.handle();
        assertThat(engine.get(handle, entry)).isEqualTo(Status.ABSENT);
        assertThat(engine.get(key, entry)).isEqualTo(Status.ABSENT);
        assertThat(engine.insert(key, value, entry)).isEqualTo(Status.OK);
        assertThat(entry.handle()).isEqualTo(handle);
        assertThat(engine.insert(key, value, entry)).isEqualTo(Status.EXISTS);
    }

    @Test
    void shouldRefuseAtEveryLimitAndLoseNothing() {
        key.setUtf8("k".repeat(1024));
        assertThat(engine.put(key, value, entry)).isEqualTo(Status.OK);
        Value long7041 = new Value(8000);
        long7041.resize(7041);
        assertThat(engine.put(key, long7041, entry)).isEqualTo(Status.VALUE_TOO_LONG);
        assertThat(engine.put(entry.handle(), long7041, entry)).isIn(Status.VALUE_TOO_LONG, Status.STALE_HANDLE);
        key.clear();
        assertThat(engine.put(key, value, entry)).isEqualTo(Status.INVALID_REQUEST);
        int stored = fill();
        assertThat(stored).isEqualTo(1023); // 1,024 slots, one is taken above
        key.setUtf8("one-more");
        assertThat(engine.put(key, value, entry)).isEqualTo(Status.SLOTS_FULL);
        assertThat(engine.get(key, entry)).isEqualTo(Status.NOT_FOUND);
        key.setUtf8("fill-0");
        assertThat(engine.delete(key, entry)).isEqualTo(Status.OK);
        key.setUtf8("one-more");
        assertThat(engine.put(key, value, entry)).isEqualTo(Status.OK);
    }

    private int fill() {
        int stored = 0;
        key.setUtf8("fill-0");
        while (engine.put(key, value, entry) == Status.OK) {
            stored++;
            key.setUtf8("fill-" + stored);
        }
        return stored;
    }

    @Test
    void shouldGiveEveryBlockBackWhenTheSlabIsFull() {
        value.resize(7040);
        long free = engine.registry().freeBlocks();
        int stored = 0;
        key.setUtf8("big-0");
        while (engine.put(key, value, entry) == Status.OK) {
            key.setUtf8("big-" + ++stored);
        }
        assertThat(engine.put(key, value, entry)).isEqualTo(Status.SLAB_FULL);
        for (int i = 0; i < stored; i++) {
            key.setUtf8("big-" + i);
            assertThat(engine.delete(key, entry)).isEqualTo(Status.OK);
        }
        assertThat(engine.registry().freeBlocks()).isEqualTo(free);
        assertThat(engine.registry().keyedEntries()).isZero();
    }

    @Test
    void shouldAllocateAndUseAnonymousSlots() {
        List<Long> handles = new ArrayList<>();
        while (engine.allocate(entry) == Status.OK) {
            handles.add(entry.handle());
        }
        assertThat(handles).hasSize(128).doesNotHaveDuplicates();
        assertThat(engine.allocate(entry)).isEqualTo(Status.SLOTS_FULL);
        for (long handle : handles) {
            value.setUtf8("h" + Handle.slot(handle));
            assertThat(engine.get(handle, entry)).isEqualTo(Status.ABSENT);
            assertThat(engine.put(handle, value, entry)).isEqualTo(Status.OK);
        }
        engine = attach();
        for (long handle : handles) {
            assertThat(engine.get(handle, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().toUtf8()).isEqualTo("h" + Handle.slot(handle));
            assertThat(engine.delete(handle, entry)).isEqualTo(Status.OK);
        }
        assertThat(engine.allocate(entry)).isEqualTo(Status.OK);
    }

    @Test
    void shouldStopAllWritesAtAStalledGatingConsumerAndNameIt() {
        engine.put(key, value, entry);
        long handle = entry.handle();
        int journal = engine.log().addConsumer("journal", MutationLog.GATING);
        int feed = engine.log().addConsumer("feed", MutationLog.LOSSY);
        long written = 0;
        int status = Status.OK;
        while (status == Status.OK && written < 1 << 20) {
            status = engine.put(handle, value, entry);
            written++;
        }
        assertThat(status).isEqualTo(Status.BACK_PRESSURED);
        assertThat(written * 64).isLessThanOrEqualTo(RegionSizing.MIN_RING_LENGTH);
        assertThat(engine.log().stalledConsumer()).asString().isEqualTo("journal");
        assertThat(engine.get(handle, entry)).isEqualTo(Status.OK);
        key.setUtf8("with a key that takes a block, which is given back");
        long free = engine.registry().freeBlocks();
        assertThat(engine.put(key, value, entry)).isEqualTo(Status.BACK_PRESSURED);
        assertThat(engine.registry().freeBlocks()).isEqualTo(free);
        Stores.putLongRelease(
                engine.log().consumerAddress(journal), engine.log().position());
        assertThat(engine.put(handle, value, entry)).isEqualTo(Status.OK);
        engine.log().removeConsumer(journal);
        engine.log().removeConsumer(feed);
        assertThat(engine.log().stalledConsumer()).isNull();
    }

    @Test
    void shouldNeverIssueAVersionTwiceOverEpochs() {
        long last = 0;
        for (int epoch = 1; epoch < 6; epoch++) {
            assertThat(engine.epoch()).isEqualTo(epoch);
            assertThat(engine.put(key, value, entry)).isEqualTo(Status.OK);
            assertThat(entry.version()).isGreaterThan(last + (epoch == 1 ? 0 : 1L << 31));
            last = entry.version();
            engine = attach();
            engine = attach(); // an epoch without a single change
            engine.handOver();
            region.segment(); // keep
            assertThat(engine.epoch()).isEqualTo(epoch + 2);
            engine = attach();
            epoch += 2;
        }
    }

    @Test
    void shouldKeepEngineTimeMonotonicOverAClockThatIsSetBack() {
        engine.advanceTime(1_000);
        engine.put(key, value, entry);
        engine.advanceTime(10);
        engine.put(key, value, entry);
        long position = engine.log().position() - RecordLayout.LINE_LENGTH;
        long ring = RegionHeader.of(region.segment()).layout().ringOffset();
        assertThat(region.segment().get(ValueLayout.JAVA_LONG, ring + position + RecordLayout.TIME_OFFSET))
                .isEqualTo(1_000);
    }

    @Test
    void shouldRefuseADamagedSlotBlockOrKeyAndSayWhere() {
        value.resize(100);
        engine.put(key, value, entry);
        long slotOffset = RegionHeader.of(region.segment()).layout().keyedOffset() + Handle.slot(entry.handle()) * 64;
        for (long offset : new long[] {slotOffset + 8, slotOffset + 16, slotOffset + 24, slotOffset + 48}) {
            byte before = region.segment().get(ValueLayout.JAVA_BYTE, offset);
            region.segment().set(ValueLayout.JAVA_BYTE, offset, (byte) (before ^ 4));
            AttachReport report = ShardEngine.attach(region.segment()).report();
            assertThat(report.isWhole()).as("offset %d", offset - slotOffset).isFalse();
            assertThat(report.explain())
                    .contains("slot " + Handle.slot(entry.handle()))
                    .contains("--fresh");
            region.segment().set(ValueLayout.JAVA_BYTE, offset, before);
        }
        assertThat(ShardEngine.attach(region.segment()).report().isWhole()).isTrue();
    }

    @Test
    void shouldRefuseKeysThatAreNotPaddedOrStandTwice() {
        engine.put(key, value, entry);
        long first = slotOffset(entry.handle());
        key.setUtf8("AAPL:2");
        engine.put(key, value, entry);
        long second = slotOffset(entry.handle());
        key.setUtf8("a key that is longer than its slot");
        engine.put(key, value, entry);
        long third = slotOffset(entry.handle());
        for (long padding : new long[] {first + 63, first + 54, third + 56}) {
            assertRefusedWith(RegionFault.KEY_DAMAGED, padding, 0x10);
        }
        var memory = region.segment();
        byte[] before = memory.asSlice(second + 40, 24).toArray(ValueLayout.JAVA_BYTE);
        java.lang.foreign.MemorySegment.copy(memory, first + 40, memory, second + 40, 24);
        assertThat(ShardEngine.attach(memory).report().fault()).isEqualTo(RegionFault.KEY_DAMAGED);
        java.lang.foreign.MemorySegment.copy(before, 0, memory, ValueLayout.JAVA_BYTE, second + 40, 24);
        assertThat(attach().get(key, entry)).isEqualTo(Status.OK);
    }

    @Test
    void shouldRefuseLiveLinesThatNoApplianceLeaves() {
        engine.put(key, value, entry);
        engine.retreat();
        long[][] nonsense = {
            {4104, 0},
            {4104, -1},
            {4104, Long.MAX_VALUE},
            {4112, -1},
            {4112, Long.MAX_VALUE},
            {4352, 0x300000},
            {4352, 1L << 62},
            {4352, 0x7FFFFFFFFFF00000L},
            {4352, 1 << 20},
            {4352, 65},
            {4352, -64},
            {4096, 0},
            {4096, 9L << 56},
            {4096, 5L << 56 | 1},
            {4096, 3L << 56 | 1},
            {4096, 1L << 56}
        };
        for (long[] word : nonsense) {
            long before = region.segment().get(ValueLayout.JAVA_LONG, word[0]);
            region.segment().set(ValueLayout.JAVA_LONG, word[0], word[1]);
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThat(ShardEngine.attach(region.segment()).report().isWhole())
                        .as("offset %d value %x", word[0], word[1])
                        .isFalse();
                assertThat(region.segment().get(ValueLayout.JAVA_LONG, word[0])).isEqualTo(word[1]);
            }
            region.segment().set(ValueLayout.JAVA_LONG, word[0], before);
        }
        assertThat(attach().get(key, entry)).isEqualTo(Status.OK);
    }

    private long slotOffset(long handle) {
        return RegionHeader.of(region.segment()).layout().keyedOffset() + Handle.slot(handle) * 64;
    }

    private void assertRefusedWith(RegionFault fault, long offset, int mask) {
        byte before = region.segment().get(ValueLayout.JAVA_BYTE, offset);
        region.segment().set(ValueLayout.JAVA_BYTE, offset, (byte) (before ^ mask));
        assertThat(ShardEngine.attach(region.segment()).report().fault())
                .as("offset %d", offset)
                .isEqualTo(fault);
        region.segment().set(ValueLayout.JAVA_BYTE, offset, before);
    }

    @Test
    void shouldFreeEveryAnonymousEntryWhenItsServerSaysSo() {
        long free = engine.registry().freeAnonymousSlots();
        value.setUtf8("a value that takes a block of the slab");
        for (int i = 0; i < 10; i++) {
            assertThat(engine.allocate(entry)).isEqualTo(Status.OK);
            assertThat(engine.put(entry.handle(), value, entry)).isEqualTo(Status.OK);
        }
        long handle = entry.handle();
        engine.put(key, value, entry);
        engine = attach();
        assertThat(engine.freeAnonymous()).isEqualTo(10);
        assertThat(engine.registry().freeAnonymousSlots()).isEqualTo(free);
        assertThat(engine.get(handle, entry)).isEqualTo(Status.STALE_HANDLE);
        assertThat(engine.get(key, entry)).isEqualTo(Status.OK);
        engine = attach();
        assertThat(engine.registry().freeAnonymousSlots()).isEqualTo(free);
    }

    @Test
    void shouldAgreeWithTheOracleOverManyOperationsAndRestarts() {
        long required = Proof.required(200_000, 20_000_000);
        long seed = Seed.of(SEED);
        ShardOracle oracle = new ShardOracle(seed);
        for (long i = 0; i < required; i++) {
            oracle.draw();
            assertThat(oracle.apply(engine)).isEqualTo(oracle.expectedStatus());
            oracle.happened(engine);
            if (i % 10_000 == 9_999) {
                engine = attach();
                assertThat(ShardOracle.printable(ShardOracle.stateOf(engine, ShardOracle.allKeys())))
                        .isEqualTo(ShardOracle.printable(oracle.expected()));
            }
        }
        Proof.note("engine-against-oracle", required, required, seed);
    }

    @Test
    void shouldNeverReadAnotherKeysDataThroughAStaleHandle() {
        long required = Proof.required(1_000_000, 100_000_000);
        long seed = Seed.of(SEED);
        SplittableRandom random = new SplittableRandom(seed);
        SlotReader reader = new SlotReader(region.segment(), () -> 0);
        Map<Long, String> issued = new HashMap<>();
        List<Long> handles = new ArrayList<>();
        Map<String, Long> live = new HashMap<>();
        long reads = 0;
        long rounds = 0;
        while (reads < required) {
            String name = "key-" + random.nextInt(2000);
            key.setUtf8(name);
            value.setUtf8(name);
            if (live.containsKey(name)) {
                engine.delete(live.remove(name), entry);
            } else if (engine.put(key, value, entry) == Status.OK) {
                assertThat(issued.put(entry.handle(), name))
                        .as("handle issued twice")
                        .isNull();
                live.put(name, entry.handle());
                handles.add(entry.handle());
            }
            for (int i = 0; i < 20 && !handles.isEmpty(); i++) {
                reads++;
                long handle = handles.get(random.nextInt(handles.size()));
                boolean isLive = Long.valueOf(handle).equals(live.get(issued.get(handle)));
                int status = i % 2 == 0 ? engine.get(handle, entry) : reader.get(handle, entry);
                assertThat(status).isEqualTo(isLive ? Status.OK : Status.STALE_HANDLE);
                if (isLive) {
                    assertThat(entry.value().toUtf8()).isEqualTo(issued.get(handle));
                }
            }
            if (++rounds % 5_000 == 0) {
                engine = attach(); // generations go on where they were
                reader.adoptEpoch();
            }
        }
        Proof.note("stale-handles", required, reads, seed);
    }
}
