package io.needletail.server;

import io.aeron.Aeron;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.needletail.client.SessionProtocol;
import io.needletail.client.SystemClock;
import io.needletail.engine.ShardEngine;
import io.needletail.memory.StallRing;
import io.needletail.memory.ThreadPinning;
import io.needletail.registry.view.SlotReader;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.CoreMap;
import io.needletail.server.config.Option;
import io.needletail.server.session.AcceptedTemplate;
import io.needletail.server.session.ScanAgent;
import io.needletail.server.session.SessionConductor;
import io.needletail.server.session.ShardAgent;
import io.needletail.server.session.ValueAgent;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * A shard that runs: its agent on a (pinned) thread, the conductor and the scans on two that sleep, and the subscription its
 * clients' requests come in by. The appliance runs one on its region; before that one on scratch memory, to warm up.
 */
final class ShardRuntime implements AutoCloseable {
    private static final int STOP_TIMEOUT_MS = 3_000;

    /** What both runs share. */
    record Environment(
            Configuration configuration,
            CoreMap cores,
            MediaDriver driver,
            Aeron aeron,
            WallClock wallClock,
            EventLog log) {}

    private final SessionConductor conductor;
    private final ShardAgent shard;
    private final AgentRunner shardRunner;
    private final AgentRunner conductorRunner;
    private final AgentRunner scanRunner;
    private final Subscription requests;
    private final Subscription bulkRequests;
    private volatile boolean failed;

    ShardRuntime(
            Environment environment,
            MemorySegment region,
            Path regionPath,
            ShardEngine engine,
            int requestStreamId,
            CountersFile counters,
            StallRing stalls,
            ErrorHandler onError) {
        Configuration configuration = environment.configuration();
        conductor = new SessionConductor(
                environment.aeron(),
                SystemClock.INSTANCE,
                environment.wallClock(),
                (int) configuration.get(Option.SESSION_LIMIT),
                AcceptedTemplate.of(engine, configuration, regionPath),
                counters,
                environment.log());
        ScanAgent scans = new ScanAgent(
                new SlotReader(region, SystemClock.INSTANCE),
                SystemClock.INSTANCE,
                configuration.get(Option.SLOW_READER_TIMEOUT));
        ValueAgent largeValues = new ValueAgent(
                new SlotReader(region, SystemClock.INSTANCE),
                SystemClock.INSTANCE,
                configuration.get(Option.SLOW_READER_TIMEOUT));
        int core = environment.cores().shardCore();
        shard = new ShardAgent(
                engine,
                configuration,
                SystemClock.INSTANCE,
                environment.wallClock(),
                environment.cores().driverInShard() ? environment.driver().sharedAgentInvoker() : null,
                conductor,
                scans,
                largeValues,
                counters,
                stalls,
                () -> pin(core));
        conductor.shard(shard);
        requests = environment
                .aeron()
                .addSubscription(
                        SessionProtocol.CHANNEL,
                        requestStreamId,
                        conductor::onAvailableImage,
                        conductor::onUnavailableImage);
        bulkRequests = environment
                .aeron()
                .addSubscription(
                        SessionProtocol.BULK_CHANNEL,
                        requestStreamId + SessionProtocol.BULK_STREAM_OFFSET,
                        conductor::onAvailableBulkImage,
                        conductor::onUnavailableBulkImage);
        shardRunner = new AgentRunner(shardIdle(configuration), error -> onShardError(error, onError), null, shard);
        conductorRunner = new AgentRunner(new SleepingMillisIdleStrategy(1), onError, null, conductor);
        scanRunner = new AgentRunner(
                new BackoffIdleStrategy(0, 0, 10_000, 1_000_000),
                onError,
                null,
                new CompositeAgent(scans, largeValues));
    }

    private static IdleStrategy shardIdle(Configuration configuration) {
        return configuration.profile().spins()
                ? NoOpIdleStrategy.INSTANCE
                : new BackoffIdleStrategy(1_000, 100, 1_000, 1_000_000);
    }

    private static void pin(int core) {
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
    }

    private void onShardError(Throwable error, ErrorHandler onError) {
        shard.fail();
        failed = true;
        onError.onError(error);
    }

    boolean hasFailed() {
        return failed;
    }

    /** Starts the threads and returns when the region is open to readers. */
    void start() {
        AgentRunner.startOnThread(shardRunner);
        AgentRunner.startOnThread(conductorRunner);
        AgentRunner.startOnThread(scanRunner);
        CountDownLatch serving = new CountDownLatch(1);
        shard.tell((agent, nowNs) -> {
            agent.serve();
            serving.countDown();
        });
        try {
            if (!serving.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the shard did not start within 10 s; see the log");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    /** Ends every session with a reason, then the threads; the region is left for the next to attach to. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted(); // an interrupted join would leave a thread writing behind
        sayGoodbye();
        requests.close();
        bulkRequests.close();
        scanRunner.close();
        conductorRunner.close();
        shardRunner.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void sayGoodbye() {
        CountDownLatch said = new CountDownLatch(1);
        long deadlineNs = System.nanoTime() + STOP_TIMEOUT_MS * 1_000_000L;
        boolean told = !failed
                && shardRunner.thread() != null
                && shard.tell((agent, nowNs) -> {
                    agent.closeLanes();
                    said.countDown();
                });
        try {
            boolean quiet = told && said.await(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            while (quiet && !conductor.isIdle() && System.nanoTime() - deadlineNs < 0) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
