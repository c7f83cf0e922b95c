package io.needletail.server;

import io.needletail.engine.WriteBack;
import io.needletail.server.session.ShardAgent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.IdleStrategy;
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
    private final List<AgentRunner> runnersBehind;

    ShardGroup(List<ShardRuntime> shards, ErrorHandler onError) {
        this(shards, List.of(), List.of(), 0, onError);
    }

    /**
     * @param journals a journal a shard, or none at all
     * @param writeBacks one a shard, or none at all
     * @param longestPauseNs of the journals' threads, when nothing changes
     */
    ShardGroup(
            List<ShardRuntime> shards,
            List<ShardJournal> journals,
            List<WriteBack> writeBacks,
            long longestPauseNs,
            ErrorHandler onError) {
        this.shards = List.copyOf(shards);
        runnersBehind = new ArrayList<>();
        if (!journals.isEmpty()) {
            runnersBehind.add(runner(
                    new BackoffIdleStrategy(1_000, 100, 1_000, longestPauseNs),
                    journals,
                    ShardJournal::writer,
                    onError));
            runnersBehind.add(runner(
                    new BackoffIdleStrategy(100, 100, 1_000, 2 * longestPauseNs),
                    journals,
                    ShardJournal::keeper,
                    onError));
            runnersBehind.add(runner(new SleepingMillisIdleStrategy(1), journals, ShardJournal::snapshots, onError));
        }
        if (!writeBacks.isEmpty()) {
            runnersBehind.add(runner(
                    new BackoffIdleStrategy(100, 100, 1_000, 2 * longestPauseNs),
                    writeBacks,
                    WriteBackAgent::new,
                    onError));
        }
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

    private <T> AgentRunner runner(IdleStrategy idle, List<T> ofShards, Function<T, Agent> part, ErrorHandler onError) {
        Agent[] agents = new Agent[ofShards.size()];
        for (int i = 0; i < agents.length; i++) {
            ShardRuntime shard = shards.get(i);
            agents[i] = new EndsWithItsFault(part.apply(ofShards.get(i)), error -> shard.fail(error, onError));
        }
        return new AgentRunner(idle, onError, null, new CompositeAgent(agents));
    }

    /** Returns when every region is open to readers. */
    void start() {
        runnersBehind.forEach(AgentRunner::startOnThread);
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
        runnersBehind.forEach(AgentRunner::close); // behind the shards: what they appended last is taken still
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
