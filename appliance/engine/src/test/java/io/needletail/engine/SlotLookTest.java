package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.SlotLook;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.SlotLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a tool finds in slots that an engine wrote, and in the same with a bit turned over. */
class SlotLookTest {
    private final Entry entry = new Entry(7040);
    private ScratchRegion region;
    private ShardEngine engine;
    private SlotLook look;

    @BeforeEach
    void formatAndAttach() {
        region = new ScratchRegion(ScratchRegion.small(), 5);
        engine = ShardEngine.attach(region.segment());
        engine.serve();
        look = new SlotLook(region.segment());
    }

    @AfterEach
    void free() {
        region.close();
    }

    private long put(String key, String value) {
        Value bytes = new Value(7040);
        bytes.setUtf8(value);
        assertThat(engine.put(new Key(key), bytes, entry)).isEqualTo(Status.OK);
        return entry.handle() & 0xFFFF_FFFFL;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void shouldSeeKeyVersionAndValueOfEverySlot() {
        long inline = put("short", "value");
        long inBlocks = put("a key that is longer than its slot", "a value that is longer than its slot");
        assertThat(look.at(inBlocks)).isEqualTo(SlotLook.Finding.VALUE);
        assertThat(text(look.key())).isEqualTo("a key that is longer than its slot");
        assertThat(text(look.value())).isEqualTo("a value that is longer than its slot");
        assertThat(look.handle()).isEqualTo(entry.handle());
        assertThat(look.version()).isEqualTo(entry.version());
        assertThat(look.at(inline)).isEqualTo(SlotLook.Finding.VALUE);
        assertThat(text(look.value())).isEqualTo("value");
        engine.touch(new Key("short"), 1_000_000, entry);
        assertThat(look.at(inline)).isEqualTo(SlotLook.Finding.VALUE);
        assertThat(look.deadlineNs()).isPositive();
        engine.clear(entry.handle(), entry);
        assertThat(look.at(inline)).isEqualTo(SlotLook.Finding.ABSENT);
        engine.delete(new Key("short"), entry);
        assertThat(look.at(inline)).isEqualTo(SlotLook.Finding.FREE);
        engine.allocate(entry);
        assertThat(look.at(entry.handle() & 0xFFFF_FFFFL)).isEqualTo(SlotLook.Finding.ABSENT);
        assertThat(look.isKeyed()).isFalse();
    }

    @Test
    void shouldFindEveryBitThatTurnedOverInASlotAndItsBlocks() {
        long bits = turnAll(put("short", "value"));
        bits += turnAll(put("a key that is longer than its slot", "a value that is longer than its slot"));
        Proof.note("bits-of-slots-found", 2 * 512, bits, 5);
    }

    /** Of a slot of one line; a bit beyond the version's lowest is always found, and that one says that it is being written. */
    private long turnAll(long slot) {
        RegionLayout layout = RegionHeader.of(region.segment()).layout();
        MemorySegment bytes = region.segment()
                .asSlice(layout.keyedOffset() + slot * SlotLayout.KEYED_LENGTH, SlotLayout.KEYED_LENGTH);
        long found = 0;
        for (int bit = 0; bit < 8 * SlotLayout.KEYED_LENGTH; bit++) {
            turn(bytes, bit);
            assertThat(look.at(slot))
                    .as("bit " + bit)
                    .isIn(
                            bit == 0
                                    ? new Object[] {SlotLook.Finding.BEING_WRITTEN}
                                    : new Object[] {
                                        SlotLook.Finding.SLOT_DAMAGED,
                                        SlotLook.Finding.KEY_DAMAGED,
                                        SlotLook.Finding.BLOCK_DAMAGED
                                    });
            turn(bytes, bit);
            found++;
        }
        assertThat(look.at(slot)).isEqualTo(SlotLook.Finding.VALUE);
        return found;
    }

    private static void turn(MemorySegment bytes, int bit) {
        byte before = bytes.get(ValueLayout.JAVA_BYTE, bit / 8);
        bytes.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (before ^ 1 << bit % 8));
    }
}
