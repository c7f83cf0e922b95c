package io.needletail.bench.micro;

import io.needletail.engine.MutationLog;
import io.needletail.engine.ShardEngine;
import io.needletail.memory.ThreadPinning;
import io.needletail.registry.Registry;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Loads;
import java.util.concurrent.locks.LockSupport;

/**
 * A consumer of the mutation ring on a thread of its own: looks every few microseconds, reads all that was applied since, all
 * 64 bytes of every line, and stores its position. It rests while nothing is put, so that it takes no core from others.
 */
final class RingFollower implements AutoCloseable {
    private static final int LINE = 64;
    private static final int SPINS_BETWEEN_LOOKS = 128;
    /** About a millisecond of looks without anything new. */
    private static final int IDLE_LOOKS = 256;

    private static final long REST_NS = 1_000_000;

    private final Registry registry;
    private final long positionAddress;
    private final long ringLength;
    private final Thread thread;
    private long position;
    private long folded;
    private volatile boolean stopped;

    private RingFollower(ShardEngine engine, int mode, int core) {
        registry = engine.registry();
        positionAddress = engine.log().consumerAddress(engine.log().addConsumer("bench", mode));
        position = engine.log().position();
        ringLength = registry.header().sizing().ringLength();
        thread = new Thread(() -> follow(core), "ring-follower");
        thread.setDaemon(true);
    }

    static RingFollower attach(ShardEngine engine, String mode, int core) {
        RingFollower follower = new RingFollower(
                engine,
                switch (mode) {
                    case "gating" -> MutationLog.GATING;
                    case "lossy" -> MutationLog.LOSSY;
                    default -> throw new IllegalArgumentException("consumer=" + mode + ": gating, lossy");
                },
                core);
        follower.thread.start();
        return follower;
    }

    private void follow(int core) {
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        int idle = 0;
        while (!stopped) {
            idle = readOn() ? 0 : idle + 1;
            if (idle > IDLE_LOOKS) {
                LockSupport.parkNanos(REST_NS);
            }
            for (int i = 0; i < SPINS_BETWEEN_LOOKS; i++) {
                Thread.onSpinWait();
            }
        }
    }

    private boolean readOn() {
        long end = registry.live().appliedPosition();
        if (end == position) {
            return false;
        }
        long ring = registry.ringAddress();
        long sum = 0;
        for (long at = position; at < end; at += LINE) {
            long address = ring + (at & (ringLength - 1));
            for (int word = 0; word < LINE; word += Long.BYTES) {
                sum ^= Loads.getLong(address + word);
            }
        }
        folded += sum;
        position = end;
        Stores.putLongRelease(positionAddress, end);
        return true;
    }

    /** What was read, so that it was. */
    long folded() {
        return folded;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
