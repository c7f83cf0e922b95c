package io.needletail.bench.durability;

import io.needletail.memory.ThreadPinning;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.agrona.concurrent.Agent;

/** A thread beside the shard, on the other core: it works while it is wanted, and else it sleeps. */
final class BesideShard {
    private static final long REST_NS = 200_000;

    private final IntSupplier work;
    private final long pauseNs;
    private volatile boolean isWanted;

    /** @param pauseNs after a turn without work; 0 to look again at once */
    BesideShard(Agent agent, int core, long pauseNs) {
        this.pauseNs = pauseNs;
        work = () -> {
            try {
                return agent.doWork();
            } catch (Exception e) {
                throw new IllegalStateException(agent.roleName(), e);
            }
        };
        Thread thread = new Thread(() -> run(core), agent.roleName());
        thread.setDaemon(true);
        thread.start();
    }

    private void run(int core) {
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        while (true) {
            if (!isWanted) {
                LockSupport.parkNanos(REST_NS);
            } else if (work.getAsInt() == 0) {
                if (pauseNs == 0) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(pauseNs);
                }
            }
        }
    }

    void wanted(boolean newWanted) {
        isWanted = newWanted;
    }
}
