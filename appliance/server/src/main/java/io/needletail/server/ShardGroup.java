package io.needletail.server;

import io.needletail.server.session.ShardAgent;
import java.util.List;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * Shards that run, with two threads for all of them beside their own: one makes and closes sessions, one reads for scans and
 * large values. Both sleep when there is nothing to do. The appliance runs one group on its regions; before that one on
 * scratch memory, to warm up.
 */
final class ShardGroup implements AutoCloseable {
    private final List<ShardRuntime> shards;
    private final AgentRunner conductorRunner;
    private final AgentRunner readerRunner;

    ShardGroup(List<ShardRuntime> shards, ErrorHandler onError) {
        this.shards = List.copyOf(shards);
        conductorRunner = new AgentRunner(
                new SleepingMillisIdleStrategy(1),
                onError,
                null,
                new CompositeAgent(shards.stream().map(ShardRuntime::conductor).toArray(Agent[]::new)));
        readerRunner = new AgentRunner(
                new BackoffIdleStrategy(0, 0, 10_000, 1_000_000),
                onError,
                null,
                new CompositeAgent(shards.stream().map(ShardRuntime::readers).toArray(Agent[]::new)));
    }

    /** Returns when every region is open to readers. */
    void start() {
        AgentRunner.startOnThread(conductorRunner);
        AgentRunner.startOnThread(readerRunner);
        shards.forEach(ShardRuntime::start);
    }

    boolean tell(int shard, ShardAgent.Command command) {
        return shards.get(shard).tell(command);
    }

    boolean hasFailed() {
        return shards.stream().anyMatch(ShardRuntime::hasFailed);
    }

    /** Ends every session with a reason, then the threads; the regions are left for the next to attach to. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted(); // an interrupted join would leave a thread writing behind
        shards.forEach(ShardRuntime::sayGoodbye);
        readerRunner.close();
        conductorRunner.close();
        shards.forEach(ShardRuntime::stop);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
