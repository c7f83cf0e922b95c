package io.needletail.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class CacheLinesTest {
    @Test
    void shouldAskForSlotsThatAreNotThereWithoutHarm() {
        long[] handles = {0, 1, -1, Long.MIN_VALUE};
        CacheLines.prefetchSlots(MemorySegment.ofArray(handles), handles.length, Long.MAX_VALUE, 64);
        assertThat(handles).containsExactly(0, 1, -1, Long.MIN_VALUE);
    }

    @Test
    void shouldChangeNothingAndSurviveAddressesThatAreNotMapped() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_LONG, 7L);
            CacheLines.prefetchForWrite(memory.address(), memory.address() + 1);
            CacheLines.prefetchForWrite(0, -1);
            CacheLines.prefetchForWrite(Long.MIN_VALUE, Long.MAX_VALUE);
            assertThat(memory.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(7L);
        }
    }
}
