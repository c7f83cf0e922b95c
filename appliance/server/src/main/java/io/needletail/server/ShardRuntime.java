package io.needletail.server;

import io.aeron.Aeron;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.exceptions.RegistrationException;
import io.needletail.client.SessionProtocol;
import io.needletail.client.SystemClock;
import io.needletail.client.UdpEndpoint;
import io.needletail.engine.ShardEngine;
import io.needletail.memory.StallRing;
import io.needletail.memory.ThreadPinning;
import io.needletail.registry.view.ShardRoute;
import io.needletail.registry.view.SlotReader;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.CoreMap;
import io.needletail.server.config.Namespaces;
import io.needletail.server.config.Option;
import io.needletail.server.session.AcceptedTemplate;
import io.needletail.server.session.MirrorState;
import io.needletail.server.session.RemoteAccess;
import io.needletail.server.session.ScanAgent;
import io.needletail.server.session.SessionConductor;
import io.needletail.server.session.SessionList;
import io.needletail.server.session.ShardAgent;
import io.needletail.server.session.ValueAgent;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * A shard that runs: its agent on a (pinned) thread, the subscriptions its clients' requests come in by, and the agents that
 * work beside it, which {@link ShardGroup} gives threads to.
 */
final class ShardRuntime {
    private static final int STOP_TIMEOUT_MS = 3_000;

    /** What all shards share. */
    record Environment(
            Configuration configuration,
            CoreMap cores,
            MediaDriver driver,
            Aeron aeron,
            WallClock wallClock,
            EventLog log) {
        Environment with(Configuration other) {
            return new Environment(other, cores, driver, aeron, wallClock, log);
        }
    }

    /**
     * Where a shard is.
     *
     * @param requestStreamId its clients' requests come on this
     * @param namespaces that clients may name
     * @param route the shards of its namespace
     * @param core of its thread, or -1
     */
    record Place(
            ShardEngine engine,
            MemorySegment region,
            Path regionPath,
            int requestStreamId,
            Namespaces namespaces,
            ShardRoute route,
            int core,
            CountersFile counters,
            StallRing stalls,
            SessionList sessions,
            RemoteAccess remote,
            MirrorState mirrors) {
        boolean isFirst() {
            return engine.registry().header().shard() == 0;
        }
    }

    private final SessionConductor conductor;
    private final ShardAgent shard;
    private final Agent readers;
    private final AgentRunner shardRunner;
    private final List<Subscription> requests = new ArrayList<>();
    private volatile boolean failed;

    ShardRuntime(Environment environment, Place place, ErrorHandler onError) {
        this(environment, place, null, onError);
    }

    /** With an agent that takes its turns on the shard's thread, or null. */
    ShardRuntime(Environment environment, Place place, Agent companion, ErrorHandler onError) {
        Configuration configuration = environment.configuration();
        long patienceNs = configuration.get(Option.SLOW_READER_TIMEOUT);
        conductor = new SessionConductor(
                environment.aeron(),
                SystemClock.INSTANCE,
                environment.wallClock(),
                configuration,
                place.namespaces(),
                place.sessions(),
                AcceptedTemplate.of(place.engine(), configuration, place.route(), place.regionPath(), place.remote()),
                place.counters(),
                environment.log());
        ScanAgent scans =
                new ScanAgent(new SlotReader(place.region(), SystemClock.INSTANCE), SystemClock.INSTANCE, patienceNs);
        ValueAgent largeValues =
                new ValueAgent(new SlotReader(place.region(), SystemClock.INSTANCE), SystemClock.INSTANCE, patienceNs);
        readers = new CompositeAgent(scans, largeValues);
        boolean invokesDriver = environment.cores().driverInShard() && place.isFirst();
        shard = new ShardAgent(
                place.engine(),
                configuration,
                SystemClock.INSTANCE,
                environment.wallClock(),
                invokesDriver ? environment.driver().sharedAgentInvoker() : null,
                conductor,
                scans,
                largeValues,
                place.route(),
                place.counters(),
                place.stalls(),
                place.mirrors(),
                () -> pin(place.core()));
        conductor.shard(shard);
        listen(environment.aeron(), SessionProtocol.CHANNEL, SessionProtocol.BULK_CHANNEL, place.requestStreamId());
        requests.add(environment
                .aeron()
                .addSubscription(
                        SessionProtocol.CHANNEL,
                        place.requestStreamId() + SessionProtocol.SHARED_STREAM_OFFSET,
                        conductor::onAvailableSharedImage,
                        conductor::onUnavailableSharedImage));
        UdpEndpoint udp = configuration.udp();
        if (udp != null) {
            listen(
                    environment.aeron(),
                    SessionProtocol.udpChannel(udp),
                    SessionProtocol.udpBulkChannel(udp),
                    place.requestStreamId());
        }
        shardRunner = new AgentRunner(
                shardIdle(configuration),
                error -> onShardError(error, onError),
                null,
                companion == null ? shard : new CompositeAgent(shard, companion));
    }

    private void listen(Aeron aeron, String channel, String bulkChannel, int streamId) {
        try {
            requests.add(aeron.addSubscription(
                    channel, streamId, conductor::onAvailableImage, conductor::onUnavailableImage));
            requests.add(aeron.addSubscription(
                    bulkChannel,
                    streamId + SessionProtocol.BULK_STREAM_OFFSET,
                    conductor::onAvailableBulkImage,
                    conductor::onUnavailableBulkImage));
        } catch (RegistrationException e) {
            throw new ConfigurationException("sessions cannot be taken on " + channel + ": " + e.getMessage()
                    + "; is another process there? see option udp");
        }
    }

    private static IdleStrategy shardIdle(Configuration configuration) {
        return switch (configuration.profile().waiting()) {
            case SPINS -> NoOpIdleStrategy.INSTANCE;
            case YIELDS -> YieldingIdleStrategy.INSTANCE;
            case SLEEPS -> new BackoffIdleStrategy(1_000, 100, 1_000, 1_000_000);
        };
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

    /** What works beside the shard cannot go on, so the shard cannot either: it stops on its own thread. */
    void fail(Throwable error, ErrorHandler onError) {
        failed = true;
        while (!shard.tell((agent, nowNs) -> agent.fail())
                && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait(); // the shard takes one of its notes in each cycle
        }
        onError.onError(error);
    }

    boolean hasFailed() {
        return failed;
    }

    boolean tell(ShardAgent.Command command) {
        return shard.tell(command);
    }

    /** Makes, refuses and closes this shard's sessions. */
    Agent conductor() {
        return conductor;
    }

    /** What reads the region beside the shard: scans and large values. */
    Agent readers() {
        return readers;
    }

    /** Starts the shard's thread and returns when the region is open to readers. */
    void start() {
        AgentRunner.startOnThread(shardRunner);
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

    /** Ends every session with a reason, and takes no more. */
    void sayGoodbye() {
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
        requests.forEach(Subscription::close);
    }

    /** Ends the shard's thread; the region is left for the next to attach to. */
    void stop() {
        shardRunner.close();
    }
}
