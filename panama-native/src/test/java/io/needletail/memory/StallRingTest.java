package io.needletail.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class StallRingTest {
    @Test
    void shouldTellTheStallsInTheOrderTheyHappened() {
        StallRing ring = StallRing.inMemory();
        ring.begin();
        assertThat(ring.read()).isEmpty();
        ring.add(1_000, 50_000);
        ring.add(90_000, 11_000);
        List<StallRing.Stall> stalls = ring.read();
        assertThat(stalls).extracting(StallRing.Stall::beganNs).containsExactly(1_000L, 90_000L);
        assertThat(stalls).extracting(StallRing.Stall::endedNs).containsExactly(51_000L, 101_000L);
    }

    @Test
    void shouldKeepTheLatestWhenItIsLapped() {
        StallRing ring = StallRing.inMemory();
        ring.begin();
        int written = 2 * StallRing.PLACES + 7;
        for (int i = 0; i < written; i++) {
            ring.add(i, 1);
        }
        List<StallRing.Stall> stalls = ring.read();
        assertThat(stalls).hasSize(StallRing.PLACES - 1); // the oldest could be half overwritten by the next
        assertThat(stalls.get(0).beganNs()).isEqualTo(written - StallRing.PLACES + 1);
        assertThat(stalls.get(stalls.size() - 1).beganNs()).isEqualTo(written - 1);
    }

    @Test
    void shouldCountThePageFaultsOfAStall() {
        StallRing ring = StallRing.inMemory();
        ring.begin();
        ring.add(0, 1);
        long bytes = 64L << 20; // fresh from the kernel, and 32 faults even where every page is a huge one
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fresh = arena.allocate(bytes, 4096);
            fresh.fill((byte) 1);
            ring.add(10, 1);
        }
        StallRing.Stall stall = ring.read().get(1);
        if (ThreadUsage.isAvailable()) {
            assertThat(stall.minorFaults()).isGreaterThanOrEqualTo(32);
            assertThat(stall.involuntarySwitches()).isNotNegative();
        } else {
            assertThat(stall.minorFaults()).isEqualTo(-1);
        }
    }
}
