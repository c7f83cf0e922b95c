package io.needletail.journal.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.SlotLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A region is copied while its owner, another thread, changes it as fast as it can. */
class RegionBodyTest {
    private static final int KEYS = 8;

    @Test
    void shouldCopyNoSlotThatIsHalfOfOneVersionAndHalfOfAnother() throws Exception {
        long required = Proof.required(20_000, 2_000_000);
        try (ScratchRegion scratch = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 20), 1, 2);
                Arena arena = Arena.ofConfined()) {
            MemorySegment region = scratch.segment();
            long[] handles = new long[KEYS];
            AtomicBoolean ended = new AtomicBoolean();
            ShardEngine engine = ShardEngine.attach(region);
            fill(engine, handles);
            engine.handOver();
            Thread owner = Thread.ofPlatform().start(() -> change(engine, handles, ended));
            try {
                copyUntilItChanged(region, arena, required);
            } finally {
                ended.set(true);
                owner.join();
            }
            Proof.note("snapshot-copies-of-changing-slots", required, required, 0);
        }
    }

    /** So many copies that are not the one before; each is looked at. */
    private static void copyUntilItChanged(MemorySegment region, Arena arena, long required) {
        RegionBody body = new RegionBody(region);
        MemorySegment copy = arena.allocate(body.length(), RegionLayout.PAGE_LENGTH);
        long slots = RegionHeader.of(region).layout().keyedOffset() - RegionLayout.BODY_OFFSET;
        long last = -1;
        for (long different = 0; different < required; ) {
            long torn = body.torn();
            body.copy(slots, RegionLayout.PAGE_LENGTH, copy.address() + slots);
            if (body.torn() == torn) { // else the owner was stopped inside a change, and it says so
                long first = assertWhole(copy.asSlice(slots));
                different += first != last ? 1 : 0;
                last = first;
            }
        }
    }

    private static void fill(ShardEngine engine, long[] handles) {
        Entry entry = new Entry(16);
        Value value = new Value(16);
        for (int i = 0; i < KEYS; i++) {
            value.setInline(i, ~i, 16);
            assertThat(engine.insert(new Key("entry:" + i), value, entry)).isEqualTo(Status.OK);
            handles[i] = entry.handle();
        }
    }

    /** Both words of a value say the same number. */
    private static void change(ShardEngine engine, long[] handles, AtomicBoolean ended) {
        Entry entry = new Entry(16);
        Value value = new Value(16);
        for (long number = KEYS; !ended.get(); number++) {
            value.setInline(number, ~number, 16);
            engine.put(handles[(int) (number % KEYS)], value, entry);
        }
    }

    /** Answers the first version. */
    private static long assertWhole(MemorySegment slots) {
        for (int i = 0; i < KEYS; i++) {
            long at = (long) i * SlotLayout.KEYED_LENGTH;
            long version = slots.get(ValueLayout.JAVA_LONG, at);
            long word0 = slots.get(ValueLayout.JAVA_LONG, at + SlotLayout.VALUE_OFFSET);
            long word1 = slots.get(ValueLayout.JAVA_LONG, at + SlotLayout.VALUE_OFFSET + 8);
            assertThat(version & 1).isZero();
            assertThat(word1).isEqualTo(~word0);
            assertThat((version >>> 1) - word0)
                    .as("the number that this version has")
                    .isEqualTo(1);
        }
        return slots.get(ValueLayout.JAVA_LONG, 0);
    }
}
