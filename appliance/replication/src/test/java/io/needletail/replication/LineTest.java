package io.needletail.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.view.RegionHeader;
import io.needletail.testing.ScratchRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LineTest {
    private final ScratchRegion region = new ScratchRegion(ScratchRegion.small(), 5);
    private final ScratchRegion another = new ScratchRegion(ScratchRegion.small(), 6);
    private final MemorySegment memory = Arena.ofAuto().allocate(LineLayout.LENGTH, LineLayout.LENGTH);
    private final Line line = new Line(RegionHeader.of(region.segment()));

    @AfterEach
    void close() {
        region.close();
        another.close();
    }

    private boolean load(Line into) {
        return into.load(memory.address(), 3, LineLayout.REPORT, true);
    }

    @Test
    void shouldBeReadAsItWasWritten() {
        line.set(3, LineLayout.REPORT, 7, 8, 1, -2, Long.MAX_VALUE, Long.MIN_VALUE);
        line.store(memory, 0);
        Line read = new Line(RegionHeader.of(region.segment()));
        assertThat(load(read)).isTrue();
        assertThat(read.epoch()).isEqualTo(7);
        assertThat(read.serial()).isEqualTo(8);
        assertThat(read.word(0)).isEqualTo(1);
        assertThat(read.word(1)).isEqualTo(-2);
        assertThat(read.word(2)).isEqualTo(Long.MAX_VALUE);
        assertThat(read.word(3)).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void shouldNotBelieveALineOfWhichABitIsWrong() {
        line.set(3, LineLayout.REPORT, 7, 8, 1, 2, 3, 4);
        for (int bit = 0; bit < LineLayout.LENGTH * 8; bit++) {
            line.store(memory, 0);
            byte right = memory.get(ValueLayout.JAVA_BYTE, bit / 8);
            memory.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (right ^ 1 << bit % 8));
            assertThat(load(new Line(RegionHeader.of(region.segment()))))
                    .as("bit " + bit)
                    .isFalse();
        }
    }

    @Test
    void shouldNotBelieveALineOfAnotherDataSetSenderOrKindNorEmptyMemory() {
        assertThat(load(line)).isFalse();
        line.set(3, LineLayout.REPORT, 7, 8, 1, 2, 3, 4);
        line.store(memory, 0);
        assertThat(load(new Line(RegionHeader.of(another.segment())))).isFalse();
        Line read = new Line(RegionHeader.of(region.segment()));
        assertThat(read.load(memory.address(), 4, LineLayout.REPORT, true)).isFalse();
        assertThat(read.load(memory.address(), 3, LineLayout.CONTROL, true)).isFalse();
    }

    @Test
    void shouldGiveEverySenderAndKindAPlaceOfItsOwn() {
        Set<Long> places = new HashSet<>();
        for (int sender = 0; sender < LineLayout.MAX_MEMBERS; sender++) {
            for (int kind = 0; kind < LineLayout.KINDS; kind++) {
                long place = LineLayout.place(sender, kind);
                assertThat(place % LineLayout.PLACE_LENGTH).isZero();
                assertThat(place + LineLayout.LENGTH).isLessThanOrEqualTo(LineLayout.MAILBOX_LENGTH);
                assertThat(places.add(place)).isTrue();
            }
        }
    }
}
