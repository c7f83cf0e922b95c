package io.needletail.bench.ipc;

import io.needletail.bench.process.ApplianceArguments;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.RunFolders;
import io.needletail.bench.process.SharedFolders;
import io.needletail.client.SessionProtocol;
import io.needletail.memory.CoreRally;
import io.needletail.memory.PrivateFiles;
import io.needletail.server.Counter;
import io.needletail.server.CountersFile;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * What goes there and back between the same two cores, alternating: a cache line and a datagram in C, the Aeron echo, the
 * product's get by every way. Each client and each server is a JVM of its own; a server whose turn it is not is stopped, so that
 * two threads at most spin.
 */
public final class IpcRun implements AutoCloseable {
    public static final String CACHE_LINE = "cacheline";
    public static final String ECHO = "echo";
    public static final String GET = "get";
    /** A get on the publication that the sessions beyond the latency lanes share. */
    public static final String SHARED_GET = "shared.get";
    /** A datagram as long as Aeron's for a get, over the loopback. */
    public static final String UDP_ECHO = "udp.echo";

    public static final String UDP_GET = "udp.get";
    /** Bare Aeron by UDP over the loopback, with a get's message lengths. */
    public static final String AERON_UDP_ECHO = "udpecho";

    private static final long START_SECONDS = 60;
    private static final long RALLY_ROUNDS = 500_000;
    private static final long LONGEST_WITHOUT_BREATH_NS = 8_000_000_000L;
    /** For each that is resumed: all of them spin, and share the cores. */
    private static final long BREATH_MS = 10;

    private static final long UDP_RALLY_ROUNDS = 50_000;

    /** How another subject begins; what it starts it gives to {@link #keep}. */
    @FunctionalInterface
    public interface Starter {
        Turn start(IpcRun run) throws IOException, InterruptedException;
    }

    private final IpcPlan plan;
    private final BenchCores cores;
    private final Path folder;
    private final Map<String, Starter> starters = new HashMap<>();
    private long breathedNs = System.nanoTime();
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final IpcScores scores = new IpcScores();

    public IpcRun(IpcPlan plan, BenchCores cores, Path folder) {
        this.plan = plan;
        this.cores = cores;
        this.folder = folder;
    }

    /** Measures {@code subjects} of those named above. */
    public IpcScores run(List<String> subjects, IntConsumer progress) throws IOException, InterruptedException {
        List<Turn> turns = new ArrayList<>();
        for (String subject : subjects) {
            switch (subject) {
                case CACHE_LINE -> addRally(turns, new RallyTurn(CACHE_LINE, this::rallyLine));
                case UDP_ECHO -> addRally(turns, new RallyTurn(UDP_ECHO, this::rallyDatagram));
                case ECHO -> turns.add(startEcho(ECHO));
                case AERON_UDP_ECHO ->
                    turns.add(startEcho(AERON_UDP_ECHO, "requestPort=" + freePort(), "replyPort=" + freePort()));
                case GET, SHARED_GET -> turns.add(startProduct(subject));
                case UDP_GET -> turns.add(startProductByUdp());
                default -> turns.add(startOther(subject));
            }
            breatheInTime(turns);
        }
        for (Turn turn : turns) {
            turn.warmUp();
            breatheInTime(turns);
        }
        long allocatedBefore = shardAllocated();
        for (int round = 0; round < plan.rounds(); round++) {
            progress.accept(round);
            for (Turn turn : round % 2 == 0 ? turns : turns.reversed()) {
                turn.play();
                breatheInTime(turns);
            }
        }
        if (subjects.contains(GET)) {
            double gets = (double) plan.rounds() * plan.roundTrips();
            scores.shardAllocatedPerGet((shardAllocated() - allocatedBefore) / gets);
        }
        return scores;
    }

    private void breatheInTime(List<Turn> turns) throws IOException, InterruptedException {
        if (System.nanoTime() - breathedNs > LONGEST_WITHOUT_BREATH_NS) {
            breathe(turns);
        }
    }

    /** Aeron gives up whoever stands still for too long (the launcher gives benchmarks a minute): everybody runs for a moment. */
    private void breathe(List<Turn> turns) throws IOException, InterruptedException {
        for (Turn turn : turns) {
            turn.resume();
        }
        TimeUnit.MILLISECONDS.sleep(BREATH_MS * turns.size());
        for (Turn turn : turns) {
            turn.pause();
        }
        breathedNs = System.nanoTime();
    }

    /** Subjects beside those named above, by the names that {@link #run} is given. */
    public IpcRun with(Map<String, Starter> others) {
        starters.putAll(others);
        return this;
    }

    private Turn startOther(String subject) throws IOException, InterruptedException {
        Starter starter = starters.get(subject);
        if (starter == null) {
            throw new IllegalArgumentException("subject=" + subject);
        }
        return starter.start(this);
    }

    private void addRally(List<Turn> turns, RallyTurn turn) {
        if (CoreRally.isAvailable() && cores.canPin()) {
            turns.add(turn);
        }
    }

    private CoreRally rallyLine() {
        return CoreRally.cacheLine(cores.client(), cores.server(), RALLY_ROUNDS);
    }

    /** Messages of so many cache lines there and back, in C. */
    public Turn linesRally(String subject, int requestLines, int answerLines) {
        return new RallyTurn(
                subject,
                () -> CoreRally.lines(cores.client(), cores.server(), RALLY_ROUNDS, requestLines, answerLines));
    }

    private CoreRally rallyDatagram() {
        return CoreRally.udp(
                cores.client(),
                cores.server(),
                UDP_RALLY_ROUNDS,
                EchoProtocol.datagramLength(EchoProtocol.REQUEST_LENGTH),
                EchoProtocol.datagramLength(EchoProtocol.ANSWER_LENGTH));
    }

    /** By UDP when there are ports. */
    private Turn startEcho(String subject, String... ports) throws IOException, InterruptedException {
        Path shared = SharedFolders.create("echo");
        Path echo = PrivateFiles.createFolder(folder.resolve(subject));
        Path aeron = shared.resolve("aeron");
        Files.createSymbolicLink(echo.resolve("region"), aeron); // the next run removes it if this one is killed
        List<String> arguments = new ArrayList<>(List.of(
                "_bench-server",
                "echo-server",
                "dir=" + aeron,
                "run=" + folder,
                "core=" + cores.server(),
                "driver=" + (cores.driverInServer() || subject.equals(AERON_UDP_ECHO))));
        arguments.addAll(List.of(ports));
        RoleProcess server = keepPaused(RoleProcess.start(subject + " server", arguments));
        server.await("ready", START_SECONDS);
        int roundTrips = subject.equals(AERON_UDP_ECHO) ? byUdp() : plan.roundTrips();
        return startClient(subject, "echo-client", aeron, server, roundTrips, ports);
    }

    private Turn startProduct(String subject) throws IOException, InterruptedException {
        Path dir = appliance(subject);
        RoleProcess server =
                startAppliance(dir, "latency-lanes=" + (subject.equals(SHARED_GET) ? 0 : 8), "keyed-slots=65536");
        return startClient(subject, "get-client", dir, server);
    }

    /** The shard turns the media driver in every cycle: a driver with a thread of its own would be the third that spins. */
    private Turn startProductByUdp() throws IOException, InterruptedException {
        String endpoint = "127.0.0.1:" + freePort();
        Path dir = appliance(UDP_GET);
        RoleProcess server = startAppliance(dir, "udp=" + endpoint, "driver=invoker", "keyed-slots=65536");
        return startClient(UDP_GET, "get-client", dir, server, byUdp(), "udp=" + endpoint);
    }

    /** A datagram takes as long as thirty messages by shared memory: fewer say as much. */
    private int byUdp() {
        return plan.roundTrips() / 4;
    }

    /** Of a socket that is closed again: nobody else is meant to take it on this host meanwhile. */
    static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private RoleProcess startAppliance(Path dir, String... settings) throws IOException, InterruptedException {
        List<String> arguments = ApplianceArguments.spinning(dir, cores, settings);
        arguments.addAll(List.of("--set", "liveness-timeout=60s", "--set", ApplianceArguments.warmUp(!plan.warms())));
        RoleProcess server = keepPaused(RoleProcess.start("appliance", arguments));
        server.await("ready", START_SECONDS);
        return server;
    }

    private Turn startClient(String subject, String role, Path dir, RoleProcess server, String... settings)
            throws IOException, InterruptedException {
        return startClient(subject, role, dir, server, plan.roundTrips(), settings);
    }

    /** A client that plays {@code roundTrips} a round against a server, with settings {@code name=value} for its role. */
    private Turn startClient(
            String subject, String role, Path dir, RoleProcess server, int roundTrips, String... settings)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("_bench-client", role, "run=" + folder, "dir=" + dir, "core=" + cores.client()));
        arguments.addAll(List.of(settings));
        return turn(subject, RoleProcess.start(subject + " client", arguments), server, roundTrips);
    }

    /** A turn of a client that was started and its server, which runs; both are stopped until it is their turn. */
    public Turn turn(String subject, RoleProcess client, RoleProcess server, int roundTrips)
            throws IOException, InterruptedException {
        keepPaused(client);
        client.await("connected", START_SECONDS);
        return new ClientTurn(subject, plan, roundTrips, scores, client, server);
    }

    /**
     * The echo with other settings: {@code term=1048576} bytes a term, {@code turn=8192} bytes between two turns of the driver,
     * messages of {@code request=156} and {@code answer=404} bytes.
     */
    public Turn startEchoVariant(String subject, String... settings) throws IOException, InterruptedException {
        return startEcho(subject, settings);
    }

    /** A get by the product with other settings: {@code value=256}, {@code batch=16}, {@code window=4}, {@code ask=ping}. */
    public Turn startVariant(String subject, int roundTrips, String... settings)
            throws IOException, InterruptedException {
        Path dir = appliance(subject);
        return startClient(subject, "get-client", dir, startAppliance(dir, "keyed-slots=65536"), roundTrips, settings);
    }

    private Path appliance(String subject) {
        return folder.resolve("appliance-" + subject);
    }

    private long shardAllocated() throws IOException {
        Path counters = appliance(GET).resolve("counters");
        return Files.exists(counters)
                ? CountersFile.open(counters).getCounterValue(Counter.SHARD_ALLOCATED.ordinal())
                : 0;
    }

    /** Ends it with the run, or with the next one when this is killed while it is stopped. */
    public RoleProcess keepPaused(RoleProcess process) throws IOException {
        RunFolders.notePaused(folder, process.pid());
        return keep(process);
    }

    /** For the report. */
    public static String describeEcho() {
        return "bare Aeron: " + SessionProtocol.CHANNEL
                + " (by UDP on the loopback its own lengths); tryClaim and poll, "
                + EchoServerRole.FRAGMENT_LIMIT
                + " fragments a poll, both ends spin; the driver has a thread of its own with four"
                + " cores or more, else the server turns it, each " + EchoServerRole.BYTES_PER_DRIVER_TURN
                + " bytes (by UDP in every cycle)";
    }

    /** What was measured so far, for subjects that measure themselves. */
    public IpcScores scores() {
        return scores;
    }

    public Path folder() {
        return folder;
    }

    /** Ends it with the run. */
    public <T extends AutoCloseable> T keep(T part) {
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

    private final class RallyTurn implements Turn {
        private final String subject;
        private final Supplier<CoreRally> game;

        RallyTurn(String subject, Supplier<CoreRally> game) {
            this.subject = subject;
            this.game = game;
        }

        @Override
        public void warmUp() {
            play();
            scores.forget(subject);
        }

        @Override
        public void play() {
            CoreRally rally = game.get();
            scores.counterCost(subject, rally.counterCostNs());
            scores.add(subject, "p50", rally.quantileNs(0.5));
            scores.add(subject, "p90", rally.quantileNs(0.9));
            scores.add(subject, "p99", rally.quantileNs(0.99));
            scores.add(subject, "p99.9", rally.quantileNs(0.999));
            scores.add(subject, "p99.99", rally.quantileNs(0.9999));
        }
    }
}
