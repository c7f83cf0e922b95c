package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import io.needletail.bench.process.TurnTaker;
import io.needletail.memory.ThreadPinning;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * One thing that is measured per operation, in a JVM of its own: a floor, a tier of ours or a peer. Every subject is asked for
 * the same keys in the same random order; its iterations run only when the coordinator says that it is its turn, so that
 * subjects alternate although each keeps its own JIT profile.
 *
 * <p>{@link #operation()} answers with the sixteen bytes it read, folded, so that no subject is spared the load of them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
public abstract class Subject {
    private static final int ALLOCATION_OPERATIONS = 100_000;
    /** Nor longer than this: a peer that takes microseconds says as much with fewer. */
    private static final long LONGEST_ALLOCATION_NS = 50_000_000;

    private static final int ALLOCATION_BLOCK = 1_000;

    @Param("4096")
    int entries;

    /** How many of them are asked for, over and over; 0 for all. */
    @Param("0")
    int asked;

    /** Core to run on; -1 leaves the thread alone. */
    @Param("-1")
    int core;

    private TurnTaker turn;
    Questions questions;
    private int cursor;
    private int mask;

    /** Builds what is asked: {@code entries} entries from {@link #questions}. */
    abstract void prepare() throws Exception;

    /** One question, the next in the order. */
    abstract long operation();

    /** Gives back what {@link #prepare} took. */
    void dispose() throws Exception {}

    /** The place of the next question; every subject walks the same way. */
    final int next() {
        return cursor++ & mask;
    }

    /** Leaves so many questions to whoever took the one before with {@link #next()}. */
    final void skip(int count) {
        cursor += count;
    }

    /** The place of the question that the next operation answers. */
    int place() {
        return cursor & mask;
    }

    @Setup(Level.Trial)
    public final void enter(BenchmarkParams benchmark) throws Exception {
        prepareAndCheck();
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        turn = TurnTaker.connect(name(benchmark.getBenchmark()));
    }

    /** For who does without JMH. */
    final void begin(int count) throws Exception {
        entries = count;
        prepareAndCheck();
    }

    private void prepareAndCheck() throws Exception {
        questions = new Questions(entries, asked == 0 ? entries : asked);
        mask = questions.mask();
        prepare();
        check();
    }

    /** The simple name of the class that was written, not of the one that JMH derives from it. */
    private static String name(String benchmark) {
        String type = benchmark.substring(0, benchmark.lastIndexOf('.'));
        return type.substring(type.lastIndexOf('.') + 1);
    }

    /** Once around: every answer is the value that was put. A subject that answers wrongly is not measured. */
    private void check() {
        for (int i = 0; i <= mask; i++) {
            int at = place();
            long answer = operation();
            if (answer != questions.expected(at)) {
                throw new IllegalStateException(
                        getClass().getSimpleName() + " answered wrongly: question=" + at + " answer=" + answer);
            }
        }
    }

    @Setup(Level.Iteration)
    public final void awaitTurn() throws IOException {
        turn.await();
    }

    @Benchmark
    public long measure() {
        return operation();
    }

    @TearDown(Level.Iteration)
    public final void endTurn() throws IOException {
        turn.end(allocatedPerOperation());
    }

    /** Heap bytes an operation takes, measured apart from the timed loop and its harness. */
    private double allocatedPerOperation() {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        long sum = 0;
        long before = threads.getCurrentThreadAllocatedBytes();
        long deadlineNs = System.nanoTime() + LONGEST_ALLOCATION_NS;
        int operations = 0;
        do {
            for (int i = 0; i < ALLOCATION_BLOCK; i++) {
                sum += operation();
            }
            operations += ALLOCATION_BLOCK;
        } while (operations < ALLOCATION_OPERATIONS && System.nanoTime() - deadlineNs < 0);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        questions.consume(sum);
        return (double) allocated / operations;
    }

    @TearDown(Level.Trial)
    public final void leave() throws Exception {
        turn.close();
        dispose();
    }
}
