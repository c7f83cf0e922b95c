package io.needletail.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Crc32cBatchTest {
    private static final int LENGTH = 100_000;

    private final SplittableRandom random = new SplittableRandom(4);

    private MemorySegment randomBytes(Arena arena) {
        MemorySegment memory = arena.allocate(LENGTH);
        byte[] bytes = new byte[LENGTH];
        random.nextBytes(bytes);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, LENGTH);
        return memory;
    }

    @Test
    void shouldGiveWhatJavaGivesForAnyPieces() {
        System.out.println("kernel: " + Crc32cBatch.kernel());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = randomBytes(arena);
            for (int round = 0; round < 2_000; round++) {
                int count = random.nextInt(20);
                long[] offsets = new long[count];
                int[] lengths = new int[count];
                int[] crcs = new int[count];
                int[] expected = new int[count];
                for (int i = 0; i < count; i++) {
                    lengths[i] = random.nextInt(4) == 0 ? random.nextInt(9) : random.nextInt(3_000);
                    offsets[i] = random.nextLong(LENGTH - lengths[i] + 1);
                }
                Crc32cBatch.compute(memory, offsets, lengths, crcs);
                Crc32cBatch.computeInJava(memory, offsets, lengths, expected);
                assertThat(crcs).isEqualTo(expected);
            }
        }
    }

    @Test
    void shouldGiveTheKnownChecksumOfTheStandard() {
        MemorySegment memory = MemorySegment.ofArray("123456789".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        int[] crcs = new int[1];
        Crc32cBatch.compute(memory, new long[] {0}, new int[] {9}, crcs);
        assertThat(crcs[0]).isEqualTo(0xE3069283);
    }

    /** The kernel for processors without the instruction runs here too, so that it is not first run where it matters. */
    @Test
    @SuppressWarnings("restricted") // a function of our own library
    void shouldGiveTheSameWithTheTable() throws Throwable {
        assumeTrue(NativeLibrary.isAvailable(), NativeLibrary.reason());
        MethodHandle table = NativeLibrary.function(
                        "nt_crc32c_batch_table",
                        FunctionDescriptor.ofVoid(
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT),
                        Linker.Option.critical(true))
                .orElseThrow();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = randomBytes(arena);
            long[] offsets = {0, 17, 50_000};
            int[] lengths = {1_000, 0, 49_999};
            int[] crcs = new int[3];
            int[] expected = new int[3];
            table.invokeExact(
                    memory,
                    MemorySegment.ofArray(offsets),
                    MemorySegment.ofArray(lengths),
                    MemorySegment.ofArray(crcs),
                    3);
            Crc32cBatch.computeInJava(memory, offsets, lengths, expected);
            assertThat(crcs).isEqualTo(expected);
        }
    }

    @Test
    void shouldRefusePiecesOutsideTheMemoryBeforeAnythingIsRead() {
        MemorySegment memory = MemorySegment.ofArray(new byte[100]);
        for (long[] piece : new long[][] {{-1, 1}, {0, 101}, {100, 1}, {Long.MAX_VALUE, 1}, {0, -1}}) {
            assertThatThrownBy(() ->
                            Crc32cBatch.compute(memory, new long[] {piece[0]}, new int[] {(int) piece[1]}, new int[1]))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThatThrownBy(() -> Crc32cBatch.compute(memory, new long[2], new int[1], new int[2]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
