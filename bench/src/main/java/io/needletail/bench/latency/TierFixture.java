package io.needletail.bench.latency;

import io.needletail.bench.latency.cause.SafepointLog;
import io.needletail.bench.latency.tier.EmbeddedTarget;
import io.needletail.bench.latency.tier.IpcTarget;
import io.needletail.bench.latency.tier.ReaderTarget;
import io.needletail.bench.latency.tier.Target;
import io.needletail.bench.process.ApplianceArguments;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.SharedFolders;
import io.needletail.memory.MappedFile;
import io.needletail.memory.PrivateFiles;
import io.needletail.memory.StallRing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Whatever must run for a tier to be asked, and what it can tell of its own stalls afterwards. */
final class TierFixture implements AutoCloseable {
    private static final long START_SECONDS = 120;
    private static final long STOP_SECONDS = 20;
    private static final String SAFEPOINTS = "NEEDLETAIL_SAFEPOINT_LOG";

    private final LatencyPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private RoleProcess server;
    private Path stallsFile;

    TierFixture(LatencyPlan plan, BenchCores cores, Path folder) {
        this.plan = plan;
        this.cores = cores;
        this.folder = folder;
    }

    /** Starts what the tier needs and opens it, on the thread that will ask. */
    Target open() throws IOException, InterruptedException {
        return switch (plan.tier()) {
            case EMBEDDED -> new EmbeddedTarget(plan.entries());
            case READER -> openReader();
            case IPC -> openSession();
        };
    }

    /** The core that the asking thread has: the shard's own when it is embedded. */
    int clientCore() {
        return plan.tier() == LatencyPlan.Tier.EMBEDDED ? cores.server() : cores.client();
    }

    private Target openReader() throws IOException, InterruptedException {
        Path shared = SharedFolders.create("writer");
        Path writer = PrivateFiles.createFolder(folder.resolve("writer"));
        Files.createSymbolicLink(writer.resolve("region"), shared.resolve("region")); // for the clean-up to find
        server = RoleProcess.start(
                "region writer",
                List.of(
                        "_bench-server",
                        "region-writer",
                        "dir=" + folder,
                        "run=" + folder,
                        "region=" + shared.resolve("region"),
                        "entries=" + plan.entries(),
                        "rate=" + plan.writerRate(),
                        "core=" + cores.server()),
                Map.of(SAFEPOINTS, serverSafepoints().toString()));
        server.await("ready", START_SECONDS);
        stallsFile = shared.resolve("stalls");
        return new ReaderTarget(shared.resolve("region"), RegionWriterRole.readHandles(folder));
    }

    private Target openSession() throws IOException, InterruptedException {
        List<String> arguments =
                ApplianceArguments.spinning(appliance(), cores, "keyed-slots=" + Math.max(plan.entries(), 1 << 12));
        server = RoleProcess.start(
                "appliance", arguments, Map.of(SAFEPOINTS, serverSafepoints().toString()));
        server.await("ready", START_SECONDS);
        stallsFile = appliance().resolve("stalls");
        return new IpcTarget(appliance(), plan.entries());
    }

    private Path appliance() {
        return folder.resolve("appliance-latency");
    }

    private Path serverSafepoints() {
        return folder.resolve("safepoints-server.log");
    }

    /** Process id of the other side, -1 where there is none. */
    long serverPid() {
        return server == null ? -1 : server.pid();
    }

    /** Whether a thread of another process spins on the server's core, and so sees its hiccups. */
    boolean hasSpinningServer() {
        return plan.tier() == LatencyPlan.Tier.IPC || plan.writerRate() > 0;
    }

    /** Ends the region's owner; the writes a second that it reached, 0 when it was not asked for any. */
    double stopWriter() throws IOException, InterruptedException {
        if (plan.tier() != LatencyPlan.Tier.READER) {
            return 0;
        }
        server.tell("stop");
        String done = server.await(RegionWriterRole.DONE, STOP_SECONDS);
        return plan.writerRate() == 0 ? 0 : Double.parseDouble(done.substring(RegionWriterRole.DONE.length()));
    }

    /** The latest stalls of the shard, none where there is no shard but the asking thread. */
    List<StallRing.Stall> serverStalls() throws IOException {
        if (stallsFile == null || !Files.exists(stallsFile)) {
            return List.of();
        }
        try (MappedFile mapped = MappedFile.openReadOnly(stallsFile)) {
            return StallRing.read(mapped.segment());
        }
    }

    List<SafepointLog.Safepoint> serverSafepointList() throws IOException {
        return SafepointLog.read(serverSafepoints());
    }

    /** Of this JVM, when the launcher lets it write a log. */
    static List<SafepointLog.Safepoint> clientSafepointList() throws IOException {
        String file = System.getProperty("needletail.safepoint-log", "");
        return file.isEmpty() ? List.of() : SafepointLog.read(Path.of(file));
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
