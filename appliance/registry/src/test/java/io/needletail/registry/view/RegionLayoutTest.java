package io.needletail.registry.view;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RegionLayoutTest {
    private static final RegionSizing SIZING = new RegionSizing(
            1000, 10, 64, 256, new long[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, 4L << 20, 65);

    private final RegionLayout layout = new RegionLayout(SIZING);

    @Test
    void shouldKeepTheHeaderWhereTheSpecPutsIt() {
        assertThat(RegionLayout.MAGIC_OFFSET).isEqualTo(0);
        assertThat(RegionLayout.FORMAT_OFFSET).isEqualTo(8);
        assertThat(RegionLayout.DATA_SET_HIGH_OFFSET).isEqualTo(16);
        assertThat(RegionLayout.SHARD_OFFSET).isEqualTo(32);
        assertThat(RegionLayout.REGION_LENGTH_OFFSET).isEqualTo(40);
        assertThat(RegionLayout.KEYED_SLOTS_OFFSET).isEqualTo(48);
        assertThat(RegionLayout.KEYED_AREA_OFFSET).isEqualTo(64);
        assertThat(RegionLayout.DIRECTORY_BUCKETS_OFFSET).isEqualTo(80);
        assertThat(RegionLayout.SLAB_AREA_OFFSET).isEqualTo(96);
        assertThat(RegionLayout.RING_AREA_OFFSET).isEqualTo(112);
        assertThat(RegionLayout.SECRET_0_OFFSET).isEqualTo(144);
        assertThat(RegionLayout.RETRY_AREA_OFFSET).isEqualTo(160);
        assertThat(RegionLayout.RETRY_SESSIONS_OFFSET).isEqualTo(168);
        assertThat(RegionLayout.SLAB_TABLE_OFFSET).isEqualTo(256);
        assertThat(RegionLayout.HEADER_CRC_OFFSET).isEqualTo(4092);
    }

    @Test
    void shouldKeepLiveLinesApartByTwoCacheLines() {
        assertThat(RegionLayout.STATE_OFFSET).isEqualTo(4096);
        assertThat(RegionLayout.LEASE_OFFSET - RegionLayout.STATE_OFFSET).isEqualTo(128);
        assertThat(RegionLayout.APPLIED_POSITION_OFFSET - RegionLayout.LEASE_OFFSET)
                .isEqualTo(128);
        assertThat(RegionLayout.levelOffset(Level.JOURNALED)).isEqualTo(4096 + 3 * 128);
        assertThat(RegionLayout.levelOffset(Level.COUNT - 1)).isEqualTo(4096 + 13 * 128);
        assertThat(RegionLayout.GROUP_SEQUENCE_OFFSET).isEqualTo(4096 + 14 * 128);
        assertThat(RegionLayout.CONSUMERS_OFFSET).isEqualTo(4096 + 16 * 128);
        assertThat(RegionLayout.CONSUMERS_OFFSET + RegionLayout.MAX_CONSUMERS * 128)
                .isLessThanOrEqualTo(RegionLayout.BODY_OFFSET);
    }

    @Test
    void shouldPlaceAreasBehindEachOtherOnPages() {
        assertThat(layout.retryOffset()).isEqualTo(8192);
        assertThat(layout.keyedOffset()).isEqualTo(20_480); // 65 entries of 128 bytes, rounded to pages
        assertThat(layout.anonymousOffset()).isEqualTo(20_480 + 65_536); // 64,000 bytes of slots, rounded to pages
        assertThat(layout.directoryOffset()).isEqualTo(layout.anonymousOffset() + 4096);
        assertThat(layout.ringOffset() % RegionLayout.PAGE_LENGTH).isZero();
        assertThat(layout.regionLength()).isEqualTo(layout.ringOffset() + (4L << 20));
        for (int i = 1; i < SlabLayout.CLASSES; i++) {
            assertThat(layout.slabOffset(i) - layout.slabOffset(i - 1))
                    .isGreaterThanOrEqualTo((long) i * SlabLayout.blockLength(i - 1));
        }
    }

    @Test
    void shouldGiveEverySlotALaneAtLoadOf85Percent() {
        for (long slots : new long[] {1, 7, 100, 4096, 1 << 20, 10_000_000}) {
            RegionLayout sized = new RegionLayout(new RegionSizing(
                    slots, 0, 64, 256, RegionSizing.evenSlab(1 << 20, 256), RegionSizing.MIN_RING_LENGTH));
            assertThat((double) slots / (sized.directoryBuckets() * RegionLayout.BUCKET_LANES))
                    .isLessThanOrEqualTo(0.85);
        }
    }

    @Test
    void shouldKeepASlotsFieldsWhereTheSpecPutsThem() {
        assertThat(SlotLayout.SEAL_OFFSET).isEqualTo(8);
        assertThat(SlotLayout.VALUE_OFFSET).isEqualTo(16);
        assertThat(SlotLayout.DEADLINE_OFFSET).isEqualTo(32);
        assertThat(SlotLayout.KEY_META_OFFSET).isEqualTo(40);
        assertThat(SlotLayout.KEY_OFFSET).isEqualTo(48);
        assertThat(SlotLayout.KEYED_LENGTH).isEqualTo(64);
        assertThat(SlotLayout.KIND_SLAB).isEqualTo(19);
    }

    @Test
    void shouldPackAHandleAsTheDesignSays() {
        long handle = Handle.of(3, 0xABCDEF, 0xFFFF_FFF0L);
        assertThat(handle).isEqualTo(0x03ABCDEF_FFFFFFF0L);
        assertThat(Handle.shard(handle)).isEqualTo(3);
        assertThat(Handle.generation(handle)).isEqualTo(0xABCDEF);
        assertThat(Handle.slot(handle)).isEqualTo(0xFFFF_FFF0L);
    }

    @Test
    void shouldChooseTheSmallestBlockThatHoldsALength() {
        for (int length = 1; length <= SlabLayout.MAX_BLOCK_LENGTH; length++) {
            int sizeClass = SlabLayout.classFor(length);
            assertThat(SlabLayout.blockLength(sizeClass)).isGreaterThanOrEqualTo(length);
            assertThat(sizeClass == 0 || SlabLayout.blockLength(sizeClass - 1) < length)
                    .isTrue();
        }
    }
}
