package io.needletail.registry.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.LiveHeader;
import io.needletail.registry.Registry;
import io.needletail.registry.SlotWriter;
import io.needletail.registry.Stores;
import io.needletail.testing.ScratchRegion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SlotReaderTest {
    private static final long LEASE_NS = 1_000;

    private final Entry entry = new Entry(16);
    private final Key key = new Key();
    private final long[] nowNs = new long[1];
    private ScratchRegion region;
    private LiveHeader live;
    private SlotReader reader;
    private long address;
    private long handle;

    @BeforeEach
    void writeOneEntry() {
        region = new ScratchRegion(ScratchRegion.small(), 1, 5);
        live = new LiveHeader(region.segment().address());
        live.state(RegionState.SERVING, 7);
        live.leaseUntilNs(LEASE_NS);
        address = new Registry(region.segment()).slotAddress(9);
        handle = Handle.of(5, 3, 9);
        write(1, 16);
        reader = new SlotReader(region.segment(), () -> nowNs[0]++);
    }

    @AfterEach
    void free() {
        region.close();
    }

    private void write(long sequence, int length) {
        int word = SlotLayout.word(3, SlotLayout.KIND_INLINE + length);
        SlotWriter.writeKeyed(address, sequence, SlotLayout.seal(0, word), 11, 12, 0, SlotLayout.keyMeta(0, 1), 'k', 0);
    }

    @Test
    void shouldReadAnEntryWithItsVersion() {
        assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
        assertThat(entry.version()).isEqualTo(1);
        assertThat(entry.handle()).isEqualTo(handle);
        assertThat(entry.value().getLong(8)).isEqualTo(12);
        assertThat(reader.readKeyed(9, key, entry)).isEqualTo(Status.OK);
        assertThat(key.toUtf8()).isEqualTo("k");
        assertThat(entry.handle()).isEqualTo(handle);
    }

    @Test
    void shouldGiveUpOnAWriterThatDiedInsideAChangeOnceItsLeaseHasPassed() {
        Stores.putLong(address, 2L << 1 | 1);
        assertThat(reader.isWriterAlive()).isTrue();
        assertThat(reader.get(handle, entry)).isEqualTo(Status.WRITER_UNAVAILABLE);
        assertThat(nowNs[0]).as("it waited for the lease").isGreaterThanOrEqualTo(LEASE_NS);
        assertThat(reader.readKeyed(9, key, entry)).isEqualTo(Status.WRITER_UNAVAILABLE);
        assertThat(reader.retries()).isPositive();
        assertThat(reader.isWriterAlive()).isFalse();
    }

    @Test
    void shouldStillReadEntriesAtRestOfAWriterThatDied() {
        nowNs[0] = LEASE_NS + 1;
        assertThat(reader.isWriterAlive()).isFalse();
        assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
    }

    @Test
    void shouldGiveUpEvenWhenTheClockStandsStill() {
        SlotReader frozen = new SlotReader(region.segment(), () -> 0);
        Stores.putLong(address, 2L << 1 | 1);
        assertThat(frozen.get(handle, entry)).isEqualTo(Status.WRITER_UNAVAILABLE);
    }

    @Test
    void shouldAnswerWithTheRegionsStateAndEpoch() {
        live.state(RegionState.SERVING, 8);
        assertThat(reader.get(handle, entry)).isEqualTo(Status.EPOCH_CHANGED);
        assertThat(reader.readKeyed(9, key, entry)).isEqualTo(Status.EPOCH_CHANGED);
        reader.adoptEpoch();
        assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
        live.state(RegionState.RECOVERING, 8);
        assertThat(reader.get(handle, entry)).isEqualTo(Status.WRITER_UNAVAILABLE);
        live.state(RegionState.FAILED, 8);
        assertThat(reader.get(handle, entry)).isEqualTo(Status.REGION_FAILED);
        live.state(RegionState.RETIRED, 8);
        assertThat(reader.get(handle, entry)).isEqualTo(Status.REGION_RETIRED);
    }

    @Test
    void shouldRefuseEveryHandleThatIsNotTheOne() {
        long[] forged = {
            0,
            Handle.of(5, 3, 8),
            Handle.of(5, 3, 10),
            Handle.of(5, 2, 9),
            Handle.of(5, 4, 9),
            Handle.of(4, 3, 9),
            Handle.of(5, 3, 0xFFFF_FFFFL),
            -1
        };
        for (long wrong : forged) {
            assertThat(reader.get(wrong, entry)).as("%x", wrong).isEqualTo(Status.STALE_HANDLE);
        }
    }

    @Test
    void shouldNotFollowABlockReferenceOutOfTheSlab() {
        int word = SlotLayout.word(3, SlotLayout.KIND_SLAB);
        long[][] references = {
            {-1L, SlotLayout.blockMeta(16, 0)},
            {SlabLayout.block(0, 1L << 40), SlotLayout.blockMeta(16, 0)},
            {SlabLayout.block(200, 0), SlotLayout.blockMeta(16, 0)},
            {SlabLayout.block(0, 0), SlotLayout.blockMeta(33, 0)},
            {SlabLayout.block(0, 0), SlotLayout.blockMeta(-5, 0)},
            {SlabLayout.block(0, 0), SlotLayout.blockMeta(Integer.MAX_VALUE, 0)}
        };
        long sequence = 2;
        for (long[] reference : references) {
            SlotWriter.write(address, sequence++, SlotLayout.seal(0, word), reference[0], reference[1]);
            assertThat(reader.get(handle, entry)).isNotEqualTo(Status.OK);
        }
        SlotWriter.write(
                address, sequence, SlotLayout.seal(0, word), SlabLayout.block(0, 1), SlotLayout.blockMeta(3, 0));
        assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
        assertThat(entry.value().length()).isEqualTo(3);
    }

    @Test
    void shouldTouchNothingAfterItWasClosed() {
        reader.close();
        assertThat(reader.get(handle, entry)).isEqualTo(Status.REGION_RETIRED);
        assertThat(reader.readKeyed(9, key, entry)).isEqualTo(Status.REGION_RETIRED);
        assertThat(reader.isWriterAlive()).isFalse();
    }
}
