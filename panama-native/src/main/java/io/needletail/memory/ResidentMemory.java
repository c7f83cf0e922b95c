package io.needletail.memory;

import java.lang.foreign.MemorySegment;

/**
 * Asks the kernel to keep memory where it is: in memory, in huge pages, out of core dumps. Every answer says whether it was done
 * and, when not, why and what to do; nothing depends on it but the tail.
 */
public final class ResidentMemory {
    /**
     * What became of a wish.
     *
     * @param done whether it was granted
     * @param what for people: what was done, or why not and what to do
     */
    public record Outcome(boolean done, String what) {}

    /**
     * Populated at a time: the kernel keeps the address space locked meanwhile, and on a slow disk every other thread that maps or
     * unmaps anything would wait for all of it.
     */
    private static final long PIECE = 16L << 20;

    private ResidentMemory() {}

    /** Keeps the memory from being swapped out, and its pages mapped. */
    public static Outcome lock(MemorySegment memory) {
        if (!LibC.isAvailable()) {
            return new Outcome(false, "not locked: this system has no mlock");
        }
        int error = LibC.mlock(memory);
        if (error == 0) {
            return new Outcome(true, "locked " + mebibytes(memory) + " MiB");
        }
        long limit = LibC.memoryLockLimit();
        String remedy = limit == LibC.RLIM_INFINITY
                ? ""
                : "; the limit is " + (limit >> 20) + " MiB: raise it with ulimit -l, or LimitMEMLOCK= of the service";
        return new Outcome(false, "not locked " + mebibytes(memory) + " MiB: " + LibC.errorName(error) + remedy);
    }

    public static Outcome unlock(MemorySegment memory) {
        int error = LibC.isAvailable() ? LibC.munlock(memory) : 0;
        return new Outcome(error == 0, error == 0 ? "unlocked" : LibC.errorName(error));
    }

    /** Asks for huge pages behind a mapping; of shared memory it takes a kernel that has them there ({@code advise} or more). */
    public static Outcome preferHugePages(MemorySegment memory) {
        return advise(memory, LibC.MADV_HUGEPAGE, "huge pages asked for", "see shmem_enabled of transparent_hugepage");
    }

    /** Keeps the memory out of core dumps: they would be as large as it is, and hold what is in it. */
    public static Outcome keepOutOfDumps(MemorySegment memory) {
        return advise(memory, LibC.MADV_DONTDUMP, "kept out of core dumps", "they will hold it");
    }

    /**
     * Maps every page for writing now, so that no store pays for it later; by hand where the kernel cannot (before 5.14). Not done
     * where there is no room for a page: whoever stored to it would be killed by a SIGBUS.
     */
    public static Outcome populate(MemorySegment memory, long pageLength) {
        int error = LibC.isAvailable() ? populateByKernel(memory) : LibC.EINVAL;
        return switch (error) {
            case 0 -> new Outcome(true, "populated " + mebibytes(memory) + " MiB by the kernel");
            case LibC.EINVAL -> populateByHand(memory, pageLength);
            default ->
                new Outcome(
                        false,
                        "not populated " + mebibytes(memory) + " MiB: " + LibC.errorName(error)
                                + "; the file system or the memory has no room for them, or the file was cut:"
                                + " make room, or make it smaller");
        };
    }

    private static int populateByKernel(MemorySegment memory) {
        int error = 0;
        for (long at = 0; at < memory.byteSize() && error == 0; at += PIECE) {
            MemorySegment piece = memory.asSlice(at, Math.min(PIECE, memory.byteSize() - at));
            error = LibC.madvise(piece, LibC.MADV_POPULATE_WRITE);
        }
        return error;
    }

    private static Outcome populateByHand(MemorySegment memory, long pageLength) {
        for (long at = 0; at < memory.byteSize(); at += pageLength) {
            byte before = memory.get(java.lang.foreign.ValueLayout.JAVA_BYTE, at);
            memory.set(java.lang.foreign.ValueLayout.JAVA_BYTE, at, before);
        }
        return new Outcome(true, "populated " + mebibytes(memory) + " MiB page by page");
    }

    private static Outcome advise(MemorySegment memory, int advice, String done, String otherwise) {
        if (!LibC.isAvailable()) {
            return new Outcome(false, "this system has no madvise; " + otherwise);
        }
        int error = LibC.madvise(memory, advice);
        return error == 0 ? new Outcome(true, done) : new Outcome(false, LibC.errorName(error) + ": " + otherwise);
    }

    private static long mebibytes(MemorySegment memory) {
        return memory.byteSize() >> 20;
    }
}
