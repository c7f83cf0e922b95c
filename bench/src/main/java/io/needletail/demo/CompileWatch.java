package io.needletail.demo;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;

/** Repeats work until the JIT has nothing more to do with it. */
final class CompileWatch {
    private static final int MIN_ROUNDS = 8;
    private static final int QUIET_ROUNDS = 3;
    private static final int MAX_ROUNDS = 200;

    private CompileWatch() {}

    /** Runs rounds until three in a row compiled nothing; how many it took. */
    static int runUntilCompiled(Runnable round) {
        CompilationMXBean jit = ManagementFactory.getCompilationMXBean();
        int quiet = 0;
        int rounds = 0;
        while (rounds < MAX_ROUNDS && (rounds < MIN_ROUNDS || quiet < QUIET_ROUNDS)) {
            long before = jit.getTotalCompilationTime();
            round.run();
            quiet = jit.getTotalCompilationTime() == before ? quiet + 1 : 0;
            rounds++;
        }
        return rounds;
    }
}
