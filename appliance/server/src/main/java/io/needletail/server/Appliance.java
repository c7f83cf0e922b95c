package io.needletail.server;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.needletail.client.SessionProtocol;
import io.needletail.registry.view.SlotReader;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.CoreMap;
import io.needletail.server.config.Option;
import io.needletail.server.session.AcceptedTemplate;
import io.needletail.server.session.ScanAgent;
import io.needletail.server.session.SessionConductor;
import io.needletail.server.session.ShardAgent;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * One running appliance: folder, region, media driver, shard, conductor, scans. Threads: the shard's (pinned and spinning in
 * profile latency), and three that sleep: conductor, scan, and the media driver's where it has one of its own.
 */
public final class Appliance implements AutoCloseable {
    private static final int STOP_TIMEOUT_MS = 3_000;

    private final ApplianceFolder folder;
    private final EventLog log;
    private final RegionStore region;
    private final CountersFile counters;
    private final MediaDriver driver;
    private final Aeron aeron;
    private final SessionConductor conductor;
    private final ShardAgent shard;
    private final AgentRunner shardRunner;
    private final AgentRunner conductorRunner;
    private final AgentRunner scanRunner;
    private final Runnable onFailure;
    private volatile boolean failed;

    private Appliance(ApplianceFolder folder, Configuration configuration, CoreMap cores, Runnable onFailure)
            throws IOException {
        this.folder = folder;
        this.onFailure = onFailure;
        log = EventLog.open(folder.logFile());
        region = RegionStore.open(folder.regionFile(0), configuration.sizing());
        counters = CountersFile.create(folder.countersFile());
        driver = launchDriver(cores);
        aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(folder.aeronFolder().toString())
                .useConductorAgentInvoker(true)
                .driverAgentInvoker(driver.sharedAgentInvoker())
                .clientName("needletail-appliance")
                .subscriberErrorHandler(Appliance::rethrow)
                .errorHandler(this::onHousekeepingError));
        long nowNs = System.nanoTime();
        WallClock wallClock = new WallClock(nowNs, System.currentTimeMillis() * 1_000_000L);
        conductor = new SessionConductor(
                aeron,
                System::nanoTime,
                wallClock,
                (int) configuration.get(Option.SESSION_LIMIT),
                AcceptedTemplate.of(region.engine(), configuration, folder.regionFile(0)),
                counters,
                log);
        ScanAgent scans = new ScanAgent(new SlotReader(region.segment(), System::nanoTime));
        shard = new ShardAgent(
                region.engine(),
                configuration,
                System::nanoTime,
                wallClock,
                cores.driverInShard() ? driver.sharedAgentInvoker() : null,
                conductor,
                scans,
                counters,
                () -> pin(cores.shardCore()));
        conductor.shard(shard);
        aeron.addSubscription(
                SessionProtocol.CHANNEL,
                SessionProtocol.REQUEST_STREAM_ID,
                conductor::onAvailableImage,
                conductor::onUnavailableImage);
        shardRunner = new AgentRunner(shardIdle(configuration), this::onShardError, null, shard);
        conductorRunner =
                new AgentRunner(new SleepingMillisIdleStrategy(1), this::onHousekeepingError, null, conductor);
        scanRunner = new AgentRunner(
                new BackoffIdleStrategy(0, 0, 10_000, 1_000_000), this::onHousekeepingError, null, scans);
    }

    /**
     * Starts an appliance and returns when it is ready: attached, serving, warm.
     *
     * @param onFailure called once, from the shard's thread, when it cannot go on
     */
    public static Appliance launch(
            ApplianceFolder folder, Configuration configuration, CoreMap cores, Runnable onFailure) throws IOException {
        Appliance appliance = new Appliance(folder, configuration, cores, onFailure);
        try {
            appliance.run(configuration);
            return appliance;
        } catch (RuntimeException | Error e) {
            appliance.close();
            throw e;
        }
    }

    private void run(Configuration configuration) {
        AgentRunner.startOnThread(shardRunner);
        AgentRunner.startOnThread(conductorRunner);
        AgentRunner.startOnThread(scanRunner);
        CountDownLatch serving = new CountDownLatch(1);
        shard.tell((agent, nowNs) -> {
            agent.serve();
            serving.countDown();
        });
        await(serving);
        WarmUp.run(folder.folder(), configuration.profile().warmUpRounds());
        log.write("ready: " + region.engine().report());
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the shard did not start within 10 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    private MediaDriver launchDriver(CoreMap cores) {
        return MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(folder.aeronFolder().toString())
                .threadingMode(cores.driverInShard() ? ThreadingMode.INVOKER : ThreadingMode.SHARED)
                .sharedIdleStrategy(new BackoffIdleStrategy(1_000, 100, 1_000, 100_000))
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .errorHandler(this::onHousekeepingError));
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

    private static void rethrow(Throwable error) {
        if (error instanceof RuntimeException runtime) {
            throw runtime;
        }
        throw new AssertionError(error);
    }

    private void onShardError(Throwable error) {
        shard.fail();
        report("shard failed", error);
        failed = true;
        onFailure.run();
    }

    private void onHousekeepingError(Throwable error) {
        report("error", error);
    }

    private void report(String what, Throwable error) {
        counters.increment(Counter.ERRORS);
        log.write(what + ": " + error);
        for (StackTraceElement frame : error.getStackTrace()) {
            log.write("    at " + frame);
        }
    }

    /** The shard failed and the appliance cannot go on. */
    public boolean hasFailed() {
        return failed;
    }

    public RegionStore region() {
        return region;
    }

    public CountersFile counters() {
        return counters;
    }

    /** Ends every session with a reason, stops all threads, removes the Aeron files and keeps the region. */
    @Override
    public void close() {
        sayGoodbye();
        ErrorHandler ignored = error -> log.write("while stopping: " + error);
        closeQuietly(scanRunner, ignored);
        closeQuietly(conductorRunner, ignored);
        closeQuietly(shardRunner, ignored);
        closeQuietly(aeron, ignored);
        closeQuietly(driver, ignored);
        log.write("stopped");
        closeQuietly(region, ignored);
        closeQuietly(log, ignored);
        closeQuietly(folder, Appliance::rethrow);
    }

    private void sayGoodbye() {
        CountDownLatch said = new CountDownLatch(1);
        long deadlineNs = System.nanoTime() + STOP_TIMEOUT_MS * 1_000_000L;
        if (hasFailed()
                || !shard.tell((agent, nowNs) -> {
                    agent.closeLanes();
                    said.countDown();
                })) {
            return;
        }
        try {
            boolean quiet = said.await(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            while (quiet && !conductor.isIdle() && System.nanoTime() - deadlineNs < 0) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeQuietly(AutoCloseable closeable, ErrorHandler onError) {
        try {
            closeable.close();
        } catch (Exception e) {
            onError.onError(e);
        }
    }
}
