package io.needletail.bench.process;

import io.needletail.memory.CpuSet;
import java.util.List;

/**
 * Which core measures and which one serves. Two threads at most spin, each on its own core; with one core nothing is pinned
 * and latencies between processes say little.
 *
 * @param client core of the process that asks, or -1
 * @param server core of the shard, of the echo and of whatever runs embedded, or -1
 * @param count cores this process may use
 */
public record BenchCores(int client, int server, int count) {
    /** With fewer cores the product's shard invokes the media driver itself, and so does the echo. */
    private static final int CORES_FOR_DRIVER_THREAD = 4;

    public static BenchCores ofThisProcess() {
        return of(CpuSet.allowed());
    }

    static BenchCores of(List<Integer> cores) {
        int count = cores.size();
        return count == 1
                ? new BenchCores(-1, -1, 1)
                : new BenchCores(cores.get(count - 2), cores.get(count - 1), count);
    }

    public boolean driverInServer() {
        return count < CORES_FOR_DRIVER_THREAD;
    }

    public boolean canPin() {
        return client >= 0;
    }
}
