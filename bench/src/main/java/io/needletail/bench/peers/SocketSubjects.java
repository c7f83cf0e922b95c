package io.needletail.bench.peers;

import io.needletail.bench.ipc.IpcPlan;
import io.needletail.bench.ipc.IpcRun;
import io.needletail.bench.ipc.Turn;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.SharedFolders;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What is asked from another process: the product by every way and in batches, its floors, and the peers that are there. */
final class SocketSubjects {
    static final String BATCH = "ipc.batch16";
    static final String BATCHES = "ipc.batch64";
    static final String LARGER = "ipc.get.256";
    static final String LARGER_BATCH = "ipc.batch16.256";
    static final String HAZELCAST = "hazelcast";
    static final String REDIS_BENCHMARK = "redisbenchmark";
    static final String REDIS_POLLING = "redispolling";

    /** Gets in a message of {@link #BATCHES}. */
    static final int BATCHES_LENGTH = 64;

    /** Messages under way then: the shard always has the next one, and half the reply stream is still free. */
    private static final int WINDOW = 4;

    /** A socket's round trip takes some forty times as long as a session's. */
    private static final int SLOWER = 40;

    private static final long START_SECONDS = 60;
    private static final int ANY_PORT = 65_535;

    private final IpcPlan plan;
    private final BenchCores cores;
    private final IpcRun run;
    private final Map<String, IpcRun.Starter> starters = new LinkedHashMap<>();
    private final List<String> clients = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final Map<String, PeerServer> servers = new LinkedHashMap<>();
    private Path sockets;
    private final boolean basic;

    SocketSubjects(IpcPlan plan, BenchCores cores, IpcRun run, boolean basic) {
        this.plan = plan;
        this.cores = cores;
        this.run = run;
        this.basic = basic;
        starters.put(LARGER, any -> run.startVariant(LARGER, plan.roundTrips(), "value=256"));
        starters.put(BATCH, any -> run.startVariant(BATCH, plan.roundTrips() / 4, "batch=16"));
        starters.put(
                BATCHES,
                any -> run.startVariant(BATCHES, plan.roundTrips() / 8, "batch=" + BATCHES_LENGTH, "window=" + WINDOW));
        starters.put(HAZELCAST, any -> startHazelcast(HAZELCAST, 16, 1));
        if (!basic) {
            starters.put(HAZELCAST + ".256", any -> startHazelcast(HAZELCAST + ".256", 256, 1));
            starters.put(HAZELCAST + ".multi16", any -> startHazelcast(HAZELCAST + ".multi16", 16, 16));
            starters.put(
                    LARGER_BATCH,
                    any -> run.startVariant(LARGER_BATCH, plan.roundTrips() / 8, "batch=16", "value=256"));
            starters.put(HAZELCAST + ".multi16.256", any -> startHazelcast(HAZELCAST + ".multi16.256", 256, 16));
            starters.put(HAZELCAST + ".near", any -> startHazelcast(HAZELCAST + ".near", 16, 1, "near=true"));
        }
        for (NetworkPeer peer : NetworkPeer.values()) {
            add(peer);
        }
        if (isInstalled("redis-benchmark") && isInstalled(NetworkPeer.REDIS.program())) {
            addRedisBenchmark(REDIS_BENCHMARK, false, 16, 1);
            if (plan.warms()) {
                addRedisBenchmark(REDIS_BENCHMARK + ".256", false, 256, 1);
                addRedisBenchmark(REDIS_BENCHMARK + ".pipeline16", false, 16, 16);
                addRedisBenchmark(REDIS_BENCHMARK + ".tcp", true, 16, 1);
            }
        }
    }

    private void add(NetworkPeer peer) {
        if (!isInstalled(peer.program())) {
            missing.add(peer.label() + " is missing and not measured; install with: sudo apt-get install "
                    + peer.program());
        } else if (!PollingClient.isAvailable()) {
            missing.add(peer.label() + " is not asked by a polling client: that is in C, and gcc is missing");
        } else {
            String name = peer == NetworkPeer.REDIS ? REDIS_POLLING : peer.label() + "polling";
            for (boolean byTcp : plan.warms() ? new boolean[] {false, true} : new boolean[] {false}) {
                String way = name + (byTcp ? ".tcp" : "");
                addPolling(peer, byTcp, new PollingClient(way, 16, 1, "get"));
                if (plan.warms()) { // else it is only to be seen that it works
                    addPolling(peer, byTcp, new PollingClient(way + ".256", 256, 1, "get"));
                    addPolling(peer, byTcp, new PollingClient(way + ".pipeline16", 16, 16, "pipeline"));
                    addPolling(peer, byTcp, new PollingClient(way + ".multi16", 16, 16, "multi"));
                    if (!basic) {
                        addPolling(peer, byTcp, new PollingClient(way + ".multi16.256", 256, 16, "multi"));
                    }
                }
            }
        }
    }

    private void addPolling(NetworkPeer peer, boolean byTcp, PollingClient client) {
        starters.put(
                client.subject(), any -> client.start(run, server(peer, byTcp, client.subject()), cores, requests()));
    }

    private void addRedisBenchmark(String subject, boolean byTcp, int value, int pipeline) {
        starters.put(subject, any -> {
            RedisBenchmarkTurn turn = new RedisBenchmarkTurn(
                    subject,
                    server(NetworkPeer.REDIS, byTcp, subject),
                    cores,
                    run.scores(),
                    requests(),
                    value,
                    pipeline);
            clients.add(turn.describe());
            return turn;
        });
    }

    private int requests() {
        return Math.max(500, plan.roundTrips() / SLOWER);
    }

    /** A server a subject: two that alternate on one would find each other's entries in its cache. */
    private PeerServer server(NetworkPeer peer, boolean byTcp, String subject)
            throws IOException, InterruptedException {
        if (sockets == null) {
            sockets = SharedFolders.create("sockets");
            run.keep(() -> PrivateFiles.deleteTree(sockets));
        }
        Path own = Files.createDirectory(sockets.resolve(subject));
        PeerServer server = PeerServer.start(peer, byTcp, own, cores);
        run.keepPaused(server.process());
        servers.put(subject, server);
        return server;
    }

    private Turn startHazelcast(String subject, int value, int together, String... settings)
            throws IOException, InterruptedException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        RoleProcess member = run.keepPaused(RoleProcess.start(
                "hazelcast member", List.of("_bench-peer", "hazelcast-member", "run=" + run.folder(), "port=" + port)));
        member.await("ready", START_SECONDS);
        List<String> client = new ArrayList<>(
                List.of("_bench-peer", "hazelcast-client", "run=" + run.folder(), "port=" + port, "core=-1"));
        client.addAll(List.of("value=" + value, "together=" + together));
        client.addAll(List.of(settings));
        return run.turn(subject, RoleProcess.start("hazelcast client", client), member, requests());
    }

    static boolean isInstalled(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    Map<String, IpcRun.Starter> starters() {
        return starters;
    }

    /** In the order in which they are measured: our own first, then the peers. */
    List<String> names() {
        List<String> names = new ArrayList<>(List.of(
                IpcRun.CACHE_LINE, IpcRun.ECHO, IpcRun.GET, IpcRun.UDP_ECHO, IpcRun.AERON_UDP_ECHO, IpcRun.UDP_GET));
        names.addAll(starters.keySet());
        return names;
    }

    /** What is not measured, and what to do about it. */
    List<String> missing() {
        return missing;
    }

    /** How the servers were started, and the clients that are not ours, a line each. */
    List<String> configurations() {
        Stream<String> started = Stream.of(NetworkPeer.values())
                .filter(peer -> servers.values().stream().anyMatch(server -> server.peer() == peer))
                .map(peer -> peer.label() + ": " + String.join(" ", peer.command(Path.of("/SOCKET"), 0)) + ", by TCP "
                        + String.join(" ", peer.command(Path.of("/SOCKET"), ANY_PORT))
                                .replace(Integer.toString(ANY_PORT), "PORT"));
        return Stream.concat(started, clients.stream()).toList();
    }
}
