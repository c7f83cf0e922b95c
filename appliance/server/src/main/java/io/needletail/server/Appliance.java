package io.needletail.server;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.needletail.client.SessionProtocol;
import io.needletail.memory.MappedFile;
import io.needletail.memory.StallRing;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.CoreMap;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * One running appliance: folder, region, media driver, shard. It is launched in order, each part handed to a list that is
 * closed backwards, on a clean stop as after a launch that failed half-way.
 */
public final class Appliance implements AutoCloseable {
    private final ApplianceFolder folder;
    private final Configuration configuration;
    private final CoreMap cores;
    private final Runnable onFailure;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private EventLog log;
    private RegionStore region;
    private CountersFile counters;
    private ShardRuntime shard;

    private Appliance(ApplianceFolder folder, Configuration configuration, CoreMap cores, Runnable onFailure) {
        this.folder = folder;
        this.configuration = configuration;
        this.cores = cores;
        this.onFailure = onFailure;
        parts.push(folder);
    }

    /**
     * Starts an appliance and returns when it is ready: attached, warm, serving.
     *
     * @param onFailure called once, from the shard's thread, when it cannot go on
     */
    public static Appliance launch(
            ApplianceFolder folder, Configuration configuration, CoreMap cores, Runnable onFailure) throws IOException {
        Appliance appliance = new Appliance(folder, configuration, cores, onFailure);
        try {
            appliance.start();
            return appliance;
        } catch (IOException | RuntimeException | Error e) {
            appliance.close();
            throw e;
        }
    }

    private void start() throws IOException {
        log = keep(EventLog.open(folder.logFile()));
        region = keep(RegionStore.open(folder.regionFile(0), configuration.sizing()));
        region.engine().freeAnonymous(); // of sessions that are no more
        counters = CountersFile.create(folder.countersFile());
        MediaDriver driver = keep(launchDriver());
        Aeron aeron = keep(Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(folder.aeronFolder().toString())
                .useConductorAgentInvoker(true)
                .driverAgentInvoker(driver.sharedAgentInvoker())
                .clientName("needletail-appliance")
                .subscriberErrorHandler(Appliance::rethrow)
                .errorHandler(this::onHousekeepingError)));
        WallClock wallClock = new WallClock(System.nanoTime(), System.currentTimeMillis() * 1_000_000L);
        ShardRuntime.Environment environment =
                new ShardRuntime.Environment(configuration, cores, driver, aeron, wallClock, log);
        WarmUp.run(environment, folder.folder());
        shard = keep(new ShardRuntime(
                environment,
                region.segment(),
                folder.regionFile(0),
                region.engine(),
                SessionProtocol.REQUEST_STREAM_ID,
                counters,
                openStalls(),
                this::onError));
        shard.start();
        log.write("ready: " + region.engine().report());
    }

    /** A new file; readers of an older one keep the old one. */
    private StallRing openStalls() throws IOException {
        Files.deleteIfExists(folder.stallsFile());
        return new StallRing(
                keep(MappedFile.create(folder.stallsFile(), StallRing.LENGTH)).segment());
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private MediaDriver launchDriver() {
        return MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(folder.aeronFolder().toString())
                .threadingMode(cores.driverInShard() ? ThreadingMode.INVOKER : ThreadingMode.SHARED)
                .sharedIdleStrategy(new BackoffIdleStrategy(1_000, 100, 1_000, 100_000))
                .counterValuesBufferLength(1 << 20) // 8,192 counters; the default takes 48 MiB of shared memory
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .errorHandler(this::onHousekeepingError));
    }

    private static void rethrow(Throwable error) {
        if (error instanceof RuntimeException runtime) {
            throw runtime;
        }
        throw new AssertionError(error);
    }

    private void onError(Throwable error) {
        onHousekeepingError(error);
        if (hasFailed()) {
            onFailure.run();
        }
    }

    private void onHousekeepingError(Throwable error) {
        if (counters != null) {
            counters.increment(Counter.ERRORS);
        }
        log.write("error: " + error);
        for (StackTraceElement frame : error.getStackTrace()) {
            log.write("    at " + frame);
        }
    }

    /** The shard failed and the appliance cannot go on. */
    public boolean hasFailed() {
        return shard != null && shard.hasFailed();
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
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            if (part == log) {
                log.write("stopped");
            }
            try {
                part.close();
            } catch (Exception e) {
                System.err.println("while stopping: " + e);
            }
        }
    }
}
