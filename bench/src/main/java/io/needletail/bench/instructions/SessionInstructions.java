package io.needletail.bench.instructions;

import io.needletail.bench.process.ApplianceArguments;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.RoleProcess;
import io.needletail.client.SessionProtocol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What one message there and back takes of the client's thread. While that is stopped behind each instruction the shard has
 * always answered already, so that no waiting is counted. The shard's own thread cannot be counted so: to it milliseconds pass
 * in a cycle, and each of its cycles would keep house and turn the driver.
 */
final class SessionInstructions {
    /** What the client is told, by the subject's name in {@code bench tiers}. */
    static final Map<String, List<String>> SUBJECTS = subjects();

    private static final long SECONDS = 300;
    private static final int MESSAGES = 256;
    /**
     * To a thread that is stopped time jumps, and it does what it never did before, for which the compiler has left nothing: so it is
     * counted several times, and in between it runs for so long. The least counts: the others have interpreted code in them.
     */
    private static final long COMPILED_MS = 3_000;

    private static final int COUNTS = 4;
    /** More than are played before they have been counted. */
    private static final int PLAYED = 100_000_000;

    private final BenchCores cores;
    private final Path folder;
    private final InstructionCounter counter;
    private final int counts;

    /** @param isForShow whether the figure need not mean anything: then it is counted once */
    SessionInstructions(BenchCores cores, Path folder, InstructionCounter counter, boolean isForShow) {
        counts = isForShow ? 1 : COUNTS;
        this.cores = cores;
        this.folder = folder;
        this.counter = counter;
    }

    private static Map<String, List<String>> subjects() {
        Map<String, List<String>> subjects = new LinkedHashMap<>();
        subjects.put("ipc.ping", List.of("ask=ping"));
        subjects.put("ipc.get", List.of());
        subjects.put("ipc.batch16", List.of("batch=16"));
        return subjects;
    }

    /** Instructions a message. */
    double count(String subject) throws IOException, InterruptedException {
        Path dir = folder.resolve("appliance-" + subject);
        List<String> server = ApplianceArguments.spinning(dir, cores, "keyed-slots=65536");
        server.addAll(List.of("--set", "liveness-timeout=60s"));
        List<String> client = new ArrayList<>(
                List.of("_bench-client", "get-client", "run=" + folder, "dir=" + dir, "core=" + cores.client()));
        client.addAll(SUBJECTS.get(subject));
        try (RoleProcess appliance = RoleProcess.start("appliance", server)) {
            appliance.await("ready", SECONDS);
            try (RoleProcess asking = RoleProcess.start(subject + " client", client)) {
                asking.await("connected", SECONDS);
                asking.tell("warm");
                asking.await("warm", SECONDS);
                asking.tell("measure " + PLAYED);
                return count(subject, StreamPositions.of(dir.resolve("aeron")), asking.pid());
            }
        }
    }

    private double count(String subject, StreamPositions positions, long client)
            throws IOException, InterruptedException {
        String answered = positions.addressIn(client, SessionProtocol.REQUEST_STREAM_ID);
        long thread = BusiestThread.of(client);
        long least = counter.count(subject, thread, answered, MESSAGES);
        for (int i = 1; i < counts; i++) {
            TimeUnit.MILLISECONDS.sleep(COMPILED_MS);
            least = Math.min(least, counter.count(subject, thread, answered, MESSAGES));
        }
        return (double) least / MESSAGES;
    }
}
