package io.needletail.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.zip.CRC32C;

/**
 * CRC32Cs of many pieces of memory with one call: a journal's segment, a snapshot's blocks. The native kernel chooses by the
 * processor it runs on (the CRC32 instruction of x86-64 or arm64, else a table) and works on three pieces at a time, because the
 * instruction takes three cycles and a new one can begin every cycle. Without the library it is {@link CRC32C}, piece by piece.
 */
public final class Crc32cBatch {
    private static final MethodHandle BATCH = NativeLibrary.function(
                    "nt_crc32c_batch",
                    FunctionDescriptor.ofVoid(
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT),
                    Linker.Option.critical(true))
            .orElse(null);
    private static final MethodHandle KIND = NativeLibrary.function(
                    "nt_crc32c_kind", FunctionDescriptor.of(ValueLayout.JAVA_INT))
            .orElse(null);

    private Crc32cBatch() {}

    /** Which kernel runs: "sse4.2", "arm64", "table" or "java". */
    public static String kernel() {
        if (KIND == null) {
            return "java";
        }
        try {
            return switch ((int) KIND.invokeExact()) {
                case 1 -> "sse4.2";
                case 2 -> "arm64";
                default -> "table";
            };
        } catch (Throwable e) {
            throw new IllegalStateException("crc32c kernel", e);
        }
    }

    /**
     * Computes the CRC32C of every piece.
     *
     * @param memory what the pieces lie in
     * @param offsets where each begins, bytes
     * @param lengths how long each is, bytes
     * @param crcs takes the results
     */
    public static void compute(MemorySegment memory, long[] offsets, int[] lengths, int[] crcs) {
        if (lengths.length != offsets.length || crcs.length < offsets.length) {
            throw new IllegalArgumentException(
                    "offsets=" + offsets.length + " lengths=" + lengths.length + " crcs=" + crcs.length);
        }
        for (int i = 0; i < offsets.length; i++) {
            if (lengths[i] < 0 || offsets[i] < 0 || offsets[i] > memory.byteSize() - lengths[i]) {
                throw new IndexOutOfBoundsException(
                        "offset=" + offsets[i] + " length=" + lengths[i] + " memory=" + memory.byteSize());
            }
        }
        if (BATCH == null) {
            computeInJava(memory, offsets, lengths, crcs);
            return;
        }
        try {
            BATCH.invokeExact(
                    memory,
                    MemorySegment.ofArray(offsets),
                    MemorySegment.ofArray(lengths),
                    MemorySegment.ofArray(crcs),
                    offsets.length);
        } catch (Throwable e) {
            throw new IllegalStateException("crc32c batch", e);
        }
    }

    /** The twin, and the oracle. */
    static void computeInJava(MemorySegment memory, long[] offsets, int[] lengths, int[] crcs) {
        CRC32C crc = new CRC32C();
        for (int i = 0; i < offsets.length; i++) {
            crc.reset();
            crc.update(memory.asSlice(offsets[i], lengths[i]).asByteBuffer());
            crcs[i] = (int) crc.getValue();
        }
    }
}
