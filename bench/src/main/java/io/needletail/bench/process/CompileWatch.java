package io.needletail.bench.process;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/** Repeats work until the JIT has nothing more to do with it. */
public final class CompileWatch {
    private static final int MIN_ROUNDS = 8;
    /** The JIT's clock moves when a compilation ends, and a long one of the second compiler takes most of a second. */
    private static final long QUIET_NS = 1_000_000_000L;

    private static final long LIMIT_NS = 20_000_000_000L;

    private CompileWatch() {}

    /** Runs rounds until for a second nothing was compiled, or 20 s have passed; how many it took. */
    public static int runUntilCompiled(Runnable round) {
        CompilationMXBean jit = ManagementFactory.getCompilationMXBean();
        long beginNs = System.nanoTime();
        long quietSinceNs = beginNs;
        long compiledMs = -1;
        int rounds = 0;
        long nowNs = beginNs;
        while (rounds < MIN_ROUNDS || (nowNs - quietSinceNs < QUIET_NS && nowNs - beginNs < LIMIT_NS)) {
            round.run();
            rounds++;
            nowNs = System.nanoTime();
            if (jit.getTotalCompilationTime() != compiledMs) {
                compiledMs = jit.getTotalCompilationTime();
                quietSinceNs = nowNs;
            }
        }
        return rounds;
    }
}
