package io.needletail.bench.micro;

import io.needletail.bench.process.Coordinator;
import io.needletail.bench.process.ThreadNumber;
import io.needletail.memory.ThreadPinning;
import io.needletail.registry.Stores;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * A subject without the harness of JMH: it does its operation over and over, in blocks, and increases a word behind each, so that
 * somebody else can count what a block takes. Until the coordinator says the next word.
 */
public final class SubjectLoop {
    /** Operations a block. */
    public static final int BLOCK = 64;
    /** Said when the compiler has had its time: the number of the thread and the address of the word. */
    public static final String WARM = "warm ";

    /** Of this thread's own time: a host that has other things to do gives compiler and loop less of a second. */
    private static final long WARM_UP_NS = 3_000_000_000L;

    private final Subject subject;
    private final long counter;
    private long blocks;

    private SubjectLoop(Subject subject, MemorySegment counter) {
        this.subject = subject;
        this.counter = counter.address();
    }

    /**
     * Says that it is warm after a while, and goes on until it is told.
     *
     * @param core to run on, or -1
     */
    public static void run(Class<? extends Subject> type, int entries, int core) throws Exception {
        Subject subject = type.getDeclaredConstructor().newInstance();
        subject.begin(entries);
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        try (Arena arena = Arena.ofConfined()) {
            SubjectLoop loop = new SubjectLoop(subject, arena.allocate(ValueLayout.JAVA_LONG));
            loop.warmUp();
            Coordinator.say(WARM + ThreadNumber.ofThisThread() + " " + Long.toHexString(loop.counter));
            while (!Coordinator.isTold()) {
                loop.block();
            }
        } finally {
            subject.dispose();
        }
    }

    private void warmUp() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long beganNs = threads.getCurrentThreadCpuTime();
        while (threads.getCurrentThreadCpuTime() - beganNs < WARM_UP_NS) {
            block();
        }
    }

    private void block() {
        long sum = 0;
        for (int i = 0; i < BLOCK; i++) {
            sum += subject.operation();
        }
        subject.questions.consume(sum);
        Stores.putLongRelease(counter, ++blocks);
    }
}
