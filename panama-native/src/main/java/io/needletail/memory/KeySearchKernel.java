package io.needletail.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Finds the slots of many short keys with one call into C, which can ask for cache lines without waiting for them; Java cannot. The
 * kernel is chosen by the processor it runs on. A call costs some 4 ns before the first key.
 */
public final class KeySearchKernel {
    /** Keys of a call at most. */
    public static final int MAX_KEYS = 64;

    private static final FunctionDescriptor SIGNATURE = FunctionDescriptor.ofVoid(
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS);

    private static final MethodHandle WIDE = function("nt_find_keys").orElse(null);
    private static final MethodHandle NARROW = function("nt_find_keys_narrow").orElse(null);
    private static final MethodHandle PLAIN = function("nt_find_keys_plain").orElse(null);

    private KeySearchKernel() {}

    private static Optional<MethodHandle> function(String name) {
        return NativeLibrary.function(name, SIGNATURE, Linker.Option.critical(true));
    }

    public static boolean isAvailable() {
        return WIDE != null;
    }

    /**
     * Finds keys of up to 16 bytes. All memory may be arrays on the heap; the caller has checked the count against their
     * lengths, and that the table's addresses are a region's.
     *
     * @param table five longs: directory, buckets, keyed slots, the hash's two secrets
     * @param words two for each key, zero beyond its length
     * @param lengths of the keys, bytes
     * @param hashes takes each key's hash
     * @param slots takes each key's slot, or -1
     */
    public static void find(
            MemorySegment table,
            MemorySegment words,
            MemorySegment lengths,
            int count,
            MemorySegment hashes,
            MemorySegment slots) {
        assert count >= 0 && count <= MAX_KEYS : "count=" + count;
        try {
            WIDE.invokeExact(table, words, lengths, count, hashes, slots);
        } catch (Throwable e) {
            throw new IllegalStateException("search of keys", e);
        }
    }

    /** The same with vectors of half the width: the twin for processors without the whole one, and for tests. */
    public static void findNarrow(
            MemorySegment table,
            MemorySegment words,
            MemorySegment lengths,
            int count,
            MemorySegment hashes,
            MemorySegment slots) {
        call(NARROW, table, words, lengths, count, hashes, slots);
    }

    /** The same without vectors: the twin, for processors that have none and for tests. */
    public static void findPlain(
            MemorySegment table,
            MemorySegment words,
            MemorySegment lengths,
            int count,
            MemorySegment hashes,
            MemorySegment slots) {
        call(PLAIN, table, words, lengths, count, hashes, slots);
    }

    /** Of a twin; {@link #find} has a call of its own, because the compiler inlines only one whose target it knows. */
    private static void call(
            MethodHandle twin,
            MemorySegment table,
            MemorySegment words,
            MemorySegment lengths,
            int count,
            MemorySegment hashes,
            MemorySegment slots) {
        assert count >= 0 && count <= MAX_KEYS : "count=" + count;
        try {
            twin.invokeExact(table, words, lengths, count, hashes, slots);
        } catch (Throwable e) {
            throw new IllegalStateException("search of keys", e);
        }
    }
}
