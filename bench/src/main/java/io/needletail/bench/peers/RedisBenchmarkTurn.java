package io.needletail.bench.peers;

import io.needletail.bench.ipc.IpcScores;
import io.needletail.bench.ipc.Turn;
import io.needletail.bench.process.BenchCores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Redis's own benchmark with one client, as its documentation shows it: get of random keys that are all there. */
final class RedisBenchmarkTurn implements Turn {
    private static final int ENTRIES = 4096;
    /** So many random puts leave no key out but with a chance of 10^-7. */
    private static final int FILLS = 100_000;

    private static final double NS_PER_MS = 1e6;

    private final String subject;
    private final PeerServer server;
    private final BenchCores cores;
    private final IpcScores scores;
    private final int requests;
    private final int value;
    private final int pipeline;

    RedisBenchmarkTurn(
            String subject,
            PeerServer server,
            BenchCores cores,
            IpcScores scores,
            int requests,
            int value,
            int pipeline) {
        this.subject = subject;
        this.server = server;
        this.cores = cores;
        this.scores = scores;
        this.requests = requests;
        this.value = value;
        this.pipeline = pipeline;
    }

    @Override
    public void warmUp() throws IOException, InterruptedException {
        run("set", FILLS, 64);
    }

    @Override
    public void play() throws IOException, InterruptedException {
        String[] cells = run("get", requests, pipeline);
        scores.add(subject, "p50", Double.parseDouble(cells[4]) * NS_PER_MS);
        scores.add(subject, "p95", Double.parseDouble(cells[5]) * NS_PER_MS);
        scores.add(subject, "p99", Double.parseDouble(cells[6]) * NS_PER_MS);
        scores.add(subject, "max", Double.parseDouble(cells[7]) * NS_PER_MS);
    }

    /** How it is asked, for the report. */
    String describe() {
        return subject + ": " + String.join(" ", command("get", requests, pipeline));
    }

    private List<String> command(String test, int count, int depth) {
        List<String> command = new ArrayList<>(PeerServer.pinned(cores.client()));
        command.add("redis-benchmark");
        command.addAll(
                server.where().startsWith("unix:")
                        ? List.of("-s", server.where().substring("unix:".length()))
                        : List.of("-h", "127.0.0.1", "-p", server.where().substring("tcp:".length())));
        command.addAll(List.of("-c", "1", "-n", Integer.toString(count), "-d", Integer.toString(value)));
        command.addAll(List.of("-r", Integer.toString(ENTRIES), "-P", Integer.toString(depth), "-t", test, "--csv"));
        return command;
    }

    /** The cells of its line of CSV: test, requests a second, then latencies in ms: mean, least, p50, p95, p99, most. */
    private String[] run(String test, int count, int depth) throws IOException, InterruptedException {
        List<String> command = command(test, count, depth);
        server.process().resume();
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("redis-benchmark: " + output.strip());
            }
            return cells(output);
        } finally {
            server.process().pause();
        }
    }

    private static String[] cells(String output) throws IOException {
        String last = output.lines().reduce("", (before, line) -> line);
        String[] cells = last.replace("\"", "").split(",");
        if (cells.length < 8) {
            throw new IOException("redis-benchmark said something else than a line of figures: " + output.strip());
        }
        return cells;
    }
}
