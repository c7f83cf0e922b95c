package io.needletail.bench.ipc;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.ApplianceArguments;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.RunFolders;
import io.needletail.bench.process.SharedFolders;
import io.needletail.memory.CacheLineRally;
import io.needletail.memory.PrivateFiles;
import io.needletail.server.Counter;
import io.needletail.server.CountersFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The cache line in C, the Aeron echo and the product's get, there and back between the same two cores, alternating. Each
 * client and each server is a JVM of its own; a server whose turn it is not is stopped, so that two threads at most spin.
 */
public final class IpcRun implements AutoCloseable {
    public static final String CACHE_LINE = "cacheline";
    public static final String ECHO = "echo";
    public static final String GET = "get";

    private static final long START_SECONDS = 60;
    private static final long TURN_SECONDS = 120;
    private static final long RALLY_ROUNDS = 500_000;

    private final IpcPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final IpcScores scores = new IpcScores();

    public IpcRun(IpcPlan plan, BenchCores cores, Path folder) {
        this.plan = plan;
        this.cores = cores;
        this.folder = folder;
    }

    /** Measures {@code subjects} of {@link #CACHE_LINE}, {@link #ECHO} and {@link #GET}. */
    public IpcScores run(List<String> subjects, IntConsumer progress) throws IOException, InterruptedException {
        List<Turn> turns = new ArrayList<>();
        for (String subject : subjects) {
            switch (subject) {
                case CACHE_LINE -> addRally(turns);
                case ECHO -> turns.add(startEcho());
                case GET -> turns.add(startProduct());
                default -> throw new IllegalArgumentException("subject=" + subject);
            }
        }
        for (Turn turn : turns) {
            turn.warmUp();
        }
        long allocatedBefore = shardAllocated();
        for (int round = 0; round < plan.rounds(); round++) {
            progress.accept(round);
            for (Turn turn : round % 2 == 0 ? turns : turns.reversed()) {
                turn.play();
            }
        }
        if (subjects.contains(GET)) {
            double gets = (double) plan.rounds() * plan.roundTrips();
            scores.shardAllocatedPerGet((shardAllocated() - allocatedBefore) / gets);
        }
        return scores;
    }

    private void addRally(List<Turn> turns) {
        if (CacheLineRally.isAvailable() && cores.canPin()) {
            turns.add(new RallyTurn());
        }
    }

    private Turn startEcho() throws IOException, InterruptedException {
        Path shared = SharedFolders.create("echo");
        Path echo = PrivateFiles.createFolder(folder.resolve("echo"));
        Path aeron = shared.resolve("aeron");
        Files.createSymbolicLink(echo.resolve("region"), aeron); // the next run removes it if this one is killed
        RoleProcess server = keepServer(RoleProcess.start(
                "echo server",
                List.of(
                        "_bench-server",
                        "echo-server",
                        "dir=" + aeron,
                        "run=" + folder,
                        "core=" + cores.server(),
                        "driver=" + cores.driverInServer())));
        server.await("ready", START_SECONDS);
        return startClient(ECHO, "echo-client", aeron, server);
    }

    private Turn startProduct() throws IOException, InterruptedException {
        List<String> arguments =
                ApplianceArguments.spinning(appliance(), cores, "keyed-slots=65536", "liveness-timeout=60s");
        RoleProcess server = keepServer(RoleProcess.start("appliance", arguments));
        server.await("ready", START_SECONDS);
        return startClient(GET, "get-client", appliance(), server);
    }

    private Turn startClient(String subject, String role, Path dir, RoleProcess server)
            throws IOException, InterruptedException {
        RoleProcess client = keep(RoleProcess.start(
                subject + " client", List.of("_bench-client", role, "dir=" + dir, "core=" + cores.client())));
        client.await("connected", START_SECONDS);
        server.pause();
        return new ClientTurn(subject, client, server);
    }

    private Path appliance() {
        return folder.resolve("appliance-ipc");
    }

    private long shardAllocated() throws IOException {
        Path counters = appliance().resolve("counters");
        return Files.exists(counters)
                ? CountersFile.open(counters).getCounterValue(Counter.SHARD_ALLOCATED.ordinal())
                : 0;
    }

    private RoleProcess keepServer(RoleProcess server) throws IOException {
        RunFolders.notePaused(folder, server.pid());
        return keep(server);
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                System.err.println("while stopping: " + e);
            }
        }
    }

    /** What one subject does in a round. */
    private interface Turn {
        void warmUp() throws IOException, InterruptedException;

        void play() throws IOException, InterruptedException;
    }

    private final class RallyTurn implements Turn {
        @Override
        public void warmUp() {
            play();
            scores.forget(CACHE_LINE);
        }

        @Override
        public void play() {
            CacheLineRally rally = CacheLineRally.play(cores.client(), cores.server(), RALLY_ROUNDS);
            scores.counterCost(CACHE_LINE, rally.counterCostNs());
            scores.add(CACHE_LINE, "p50", rally.quantileNs(0.5));
            scores.add(CACHE_LINE, "p90", rally.quantileNs(0.9));
            scores.add(CACHE_LINE, "p99", rally.quantileNs(0.99));
            scores.add(CACHE_LINE, "p99.9", rally.quantileNs(0.999));
            scores.add(CACHE_LINE, "p99.99", rally.quantileNs(0.9999));
        }
    }

    private final class ClientTurn implements Turn {
        private final String subject;
        private final RoleProcess client;
        private final RoleProcess server;

        ClientTurn(String subject, RoleProcess client, RoleProcess server) {
            this.subject = subject;
            this.client = client;
            this.server = server;
        }

        @Override
        public void warmUp() throws IOException, InterruptedException {
            tell("warm", "warm");
        }

        @Override
        public void play() throws IOException, InterruptedException {
            String answer = tell("measure " + plan.roundTrips(), RoundTripRole.RESULT);
            scores.add(subject, new ObjectMapper().readTree(answer.substring(RoundTripRole.RESULT.length())));
        }

        private String tell(String word, String expected) throws IOException, InterruptedException {
            server.resume();
            try {
                client.tell(word);
                return client.await(expected, TURN_SECONDS);
            } finally {
                server.pause();
            }
        }
    }
}
