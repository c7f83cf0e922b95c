package io.needletail.bench.peers;

import io.needletail.bench.ipc.IpcRun;
import io.needletail.bench.ipc.Turn;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.RoleProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Our own client of a network peer, in C, which never waits in the kernel ({@code bench/src/main/c/peer_client.c}).
 *
 * @param subject its name in the report
 * @param value bytes of a value
 * @param keys asked for with one request
 * @param mode get, multi (one command for all keys) or pipeline (a command a key, sent together)
 */
record PollingClient(String subject, int value, int keys, String mode) {
    private static final int ENTRIES = 4096;
    private static final Path PROGRAM =
            Path.of(System.getProperty("needletail.home"), "target", "dist", "native", "peer_client");

    static boolean isAvailable() {
        return Files.isExecutable(PROGRAM);
    }

    /** One that has only to fill the server, and says {@code connected} when it has. */
    static RoleProcess fill(PeerServer server, int entries, BenchCores cores) throws IOException {
        return new PollingClient("filling client", 16, 1, "get").launch(server, entries, cores);
    }

    Turn start(IpcRun run, PeerServer server, BenchCores cores, int requests) throws IOException, InterruptedException {
        return run.turn(subject, launch(server, ENTRIES, cores), server.process(), requests);
    }

    private RoleProcess launch(PeerServer server, int entries, BenchCores cores) throws IOException {
        return RoleProcess.command(
                subject,
                List.of(
                        PROGRAM.toString(),
                        server.peer().label(),
                        server.where(),
                        Integer.toString(entries),
                        Integer.toString(value),
                        Integer.toString(keys),
                        mode,
                        Integer.toString(cores.client())));
    }
}
