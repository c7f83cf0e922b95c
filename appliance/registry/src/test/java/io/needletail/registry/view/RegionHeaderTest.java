package io.needletail.registry.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class RegionHeaderTest {
    private static final long SEED = 42;

    @Test
    void shouldAcceptAFormattedRegion() {
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), SEED)) {
            assertThat(RegionHeader.validate(region.segment())).isEqualTo(RegionFault.NONE);
            RegionHeader header = RegionHeader.of(region.segment());
            assertThat(header.sizing()).isEqualTo(ScratchRegion.small());
            assertThat(header.dataSetIdHigh()).isEqualTo(SEED);
        }
    }

    @Test
    void shouldRefuseEverySingleBitFlippedInTheHeader() {
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), SEED)) {
            MemorySegment segment = region.segment();
            long flipped = 0;
            for (int offset = 0; offset < RegionLayout.HEADER_LENGTH; offset++) {
                byte before = segment.get(ValueLayout.JAVA_BYTE, offset);
                for (int bit = 0; bit < 8; bit++) {
                    segment.set(ValueLayout.JAVA_BYTE, offset, (byte) (before ^ 1 << bit));
                    assertThat(RegionHeader.validate(segment))
                            .as("offset %d bit %d", offset, bit)
                            .isNotEqualTo(RegionFault.NONE);
                    flipped++;
                }
                segment.set(ValueLayout.JAVA_BYTE, offset, before);
            }
            assertThat(RegionHeader.validate(segment)).isEqualTo(RegionFault.NONE);
            Proof.note("region-header-bit-flips", RegionLayout.HEADER_LENGTH * 8L, flipped, SEED);
        }
    }

    @Test
    void shouldRefuseAFileThatIsTooShortForeignOrCut() {
        assertThat(RegionHeader.validate(MemorySegment.ofArray(new long[100]))).isEqualTo(RegionFault.TOO_SHORT);
        assertThat(RegionHeader.validate(MemorySegment.ofArray(new long[2048]))).isEqualTo(RegionFault.FOREIGN);
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), SEED)) {
            MemorySegment cut = region.segment().asSlice(0, region.segment().byteSize() - RegionLayout.PAGE_LENGTH);
            assertThat(RegionHeader.validate(cut)).isEqualTo(RegionFault.LENGTH);
        }
    }

    @Test
    void shouldRefuseAnotherFormatAndSaySo() {
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), SEED)) {
            MemorySegment segment = region.segment();
            segment.set(ValueLayout.JAVA_INT, RegionLayout.MIN_READER_FORMAT_OFFSET, RegionLayout.FORMAT + 1);
            reseal(segment);
            assertThat(RegionHeader.validate(segment)).isEqualTo(RegionFault.NEWER_FORMAT);
            segment.set(ValueLayout.JAVA_INT, RegionLayout.MIN_READER_FORMAT_OFFSET, RegionLayout.FORMAT - 1);
            reseal(segment);
            assertThat(RegionHeader.validate(segment)).isEqualTo(RegionFault.OLDER_FORMAT);
            assertThat(RegionFault.OLDER_FORMAT.remedy()).contains("start --remake");
            assertThat(RegionFault.NEWER_FORMAT.remedy()).contains("the version of Needletail that wrote it");
        }
    }

    @Test
    void shouldRefuseWellSealedNonsense() {
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), SEED)) {
            MemorySegment segment = region.segment();
            for (int offset = 32; offset < 256 + SlabLayout.CLASSES * 24; offset += 8) {
                boolean free = offset == RegionLayout.SECRET_0_OFFSET
                        || offset == RegionLayout.SECRET_1_OFFSET
                        || offset > RegionLayout.RETRY_SESSIONS_OFFSET && offset < RegionLayout.SLAB_TABLE_OFFSET;
                long before = segment.get(ValueLayout.JAVA_LONG, offset);
                for (long nonsense : new long[] {-1L, Long.MIN_VALUE, 1L << 40, before + (1L << 54)}) {
                    segment.set(ValueLayout.JAVA_LONG, offset, nonsense);
                    reseal(segment);
                    RegionFault fault = RegionHeader.validate(segment);
                    assertThat(free || fault != RegionFault.NONE)
                            .as("offset %d value %x", offset, nonsense)
                            .isTrue();
                }
                segment.set(ValueLayout.JAVA_LONG, offset, before);
            }
        }
    }

    private static void reseal(MemorySegment segment) {
        segment.set(ValueLayout.JAVA_INT, RegionLayout.HEADER_CRC_OFFSET, RegionHeader.headerCrc(segment));
    }
}
