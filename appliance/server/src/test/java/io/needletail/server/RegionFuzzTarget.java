package io.needletail.server;

import io.needletail.registry.RegionFormatter;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionSizing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Fuzz target: any bytes over a region's header page, sealed again so that the checks behind the checksum are reached. What is
 * called whole has areas that lie in order inside the region; an exception is a finding.
 */
public final class RegionFuzzTarget {
    private static final MemorySegment REGION = format();
    private static final MemorySegment ORIGINAL = original();

    private RegionFuzzTarget() {}

    private static MemorySegment format() {
        RegionSizing sizing =
                new RegionSizing(16, 16, 64, 64, RegionSizing.evenSlab(1 << 16, 64), RegionSizing.MIN_RING_LENGTH, 1);
        MemorySegment region = Arena.global().allocate(RegionFormatter.lengthBytes(sizing), RegionLayout.PAGE_LENGTH);
        RegionFormatter.format(region, sizing, new RegionFormatter.Identity(1, 2, 0, 3, 4, 0));
        return region;
    }

    private static MemorySegment original() {
        MemorySegment copy = Arena.global().allocate(RegionLayout.HEADER_LENGTH, 8);
        copy.copyFrom(REGION.asSlice(0, RegionLayout.HEADER_LENGTH));
        return copy;
    }

    /** Pieces of three bytes: an offset of two, and what is XORed there. */
    public static void fuzzerTestOneInput(byte[] data) {
        REGION.asSlice(0, RegionLayout.HEADER_LENGTH).copyFrom(ORIGINAL);
        for (int i = 0; i + 3 <= data.length; i += 3) {
            int offset = ((data[i] & 0xFF) << 8 | data[i + 1] & 0xFF) % RegionLayout.HEADER_CRC_OFFSET;
            byte before = REGION.get(ValueLayout.JAVA_BYTE, offset);
            REGION.set(ValueLayout.JAVA_BYTE, offset, (byte) (before ^ data[i + 2]));
        }
        REGION.set(ValueLayout.JAVA_INT, RegionLayout.HEADER_CRC_OFFSET, RegionHeader.headerCrc(REGION));
        if (RegionHeader.validate(REGION) == RegionFault.NONE) {
            assertInside(RegionHeader.of(REGION).layout());
        }
    }

    private static void assertInside(RegionLayout layout) {
        boolean ordered = layout.retryOffset() < layout.keyedOffset()
                && layout.keyedOffset() < layout.anonymousOffset()
                && layout.anonymousOffset() <= layout.directoryOffset()
                && layout.directoryOffset() < layout.slabOffset(0)
                && layout.slabOffset(0) + layout.slabLength() == layout.ringOffset()
                && layout.regionLength() == REGION.byteSize();
        if (!ordered) {
            throw new IllegalStateException("areas overlap: region=" + layout.regionLength());
        }
    }
}
