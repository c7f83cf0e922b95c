package io.needletail.bench.peers;

import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.SharedFolders;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.bench.tiers.BenchPlan;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What an entry of 16 + 16 bytes takes in each peer: resident memory of a server, used heap or mapped memory of a map. */
final class PeerMemory {
    private static final int ENTRIES = 1 << 20;
    private static final int SMOKE_ENTRIES = 1 << 14;
    private static final long SECONDS = 300;

    private final int entries;
    private final BenchCores cores;
    private final BenchReport report;

    PeerMemory(BenchPlan plan, BenchCores cores, Path folder, BenchReport report) {
        assert Files.isDirectory(folder);
        entries = plan.equals(BenchPlan.SMOKE) ? SMOKE_ENTRIES : ENTRIES;
        this.cores = cores;
        this.report = report;
    }

    void run() throws IOException, InterruptedException {
        report.note("memory of peers: " + entries
                + " entries; ours at as many is memory.bytesPerEntry16x16.1M, of which the ring"
                + " takes 32 bytes an entry, whatever the entries");
        List<String> all = List.of("hazelcast", "concurrenthashmap", "agrona", "caffeine", "chroniclemap");
        for (String peer : entries == SMOKE_ENTRIES ? all.subList(0, 1) : all) {
            try (RoleProcess process = RoleProcess.start(
                    peer, List.of("_bench-peer", "peer-memory", "peer=" + peer, "entries=" + entries))) {
                String answer = process.await(PeerMemoryRole.RESULT, SECONDS);
                add(peer, Double.parseDouble(answer.substring(PeerMemoryRole.RESULT.length())));
            }
        }
        for (NetworkPeer peer : NetworkPeer.values()) {
            if (SocketSubjects.isInstalled(peer.program()) && PollingClient.isAvailable()) {
                addServer(peer);
            }
        }
    }

    private void addServer(NetworkPeer peer) throws IOException, InterruptedException {
        Path folder = SharedFolders.create("memory");
        PeerServer server = PeerServer.start(peer, false, folder, cores);
        try (RoleProcess process = server.process()) {
            long before = residentBytes(process.pid());
            try (RoleProcess client = PollingClient.fill(server, entries, cores)) {
                client.await("connected", SECONDS); // it is filled then
                add(peer.label(), (double) (residentBytes(process.pid()) - before) / entries);
            }
        } finally {
            PrivateFiles.deleteTree(folder);
        }
    }

    private void add(String peer, double bytes) {
        report.add(Ratio.figure("memory.bytesPerEntry16x16." + peer, bytes));
    }

    private static long residentBytes(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new IOException("process " + pid + " has no resident memory");
    }
}
