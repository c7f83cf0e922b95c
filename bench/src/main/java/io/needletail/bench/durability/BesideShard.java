package io.needletail.bench.durability;

import io.needletail.memory.ThreadPinning;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.agrona.concurrent.Agent;

/** A thread beside the shard, on the other core: it works while it is wanted, and else it sleeps. */
public final class BesideShard {
    private static final long REST_NS = 200_000;
    /** As in an appliance: who has waited for so long leaves the core to the others on it. */
    private static final int SPINS = 10_000;

    private static final long SHORT_PAUSE_NS = 50_000;

    private final IntSupplier work;
    private final long pauseNs;
    private volatile boolean isWanted;

    /** @param pauseNs after a turn without work; 0 to look again at once, for a while */
    BesideShard(Agent agent, int core, long pauseNs) {
        this(agent.roleName(), turnOf(agent), core, pauseNs);
    }

    public BesideShard(String name, IntSupplier work, int core, long pauseNs) {
        this.pauseNs = pauseNs;
        this.work = work;
        Thread thread = new Thread(() -> run(core), name);
        thread.setDaemon(true);
        thread.start();
    }

    private static IntSupplier turnOf(Agent agent) {
        return () -> {
            try {
                return agent.doWork();
            } catch (Exception e) {
                throw new IllegalStateException(agent.roleName(), e);
            }
        };
    }

    private void run(int core) {
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        int idle = 0;
        while (true) {
            if (!isWanted) {
                LockSupport.parkNanos(REST_NS);
            } else if (work.getAsInt() > 0) {
                idle = 0;
            } else if (pauseNs == 0 && idle++ < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(Math.max(pauseNs, SHORT_PAUSE_NS));
            }
        }
    }

    public void wanted(boolean newWanted) {
        isWanted = newWanted;
    }
}
