package io.needletail.bench.inlining;

import io.needletail.bench.micro.SubjectLoop;
import io.needletail.bench.process.ApplianceArguments;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** {@code bench inlining}: runs each subject until it is compiled and looks in the compiler's log for the hot methods. */
public final class InliningRun {
    private static final long SECONDS = 120;
    private static final String ENTRIES = "4096";
    private static final String SHARD = "session.shard";
    private static final String CLIENT = "session.client";
    private static final String BATCH_CLIENT = "session.client.batch16";

    private final BenchCores cores;
    private final Path folder;
    private final Progress progress;

    public InliningRun(BenchCores cores, Path folder, Progress progress) {
        this.cores = cores;
        this.folder = folder;
        this.progress = progress;
    }

    /** Faults by subject, in the order of the list; none where every method is inlined. */
    public Map<String, List<String>> run(Map<String, List<String>> hot) throws IOException, InterruptedException {
        Map<String, InliningLog> logs = new LinkedHashMap<>();
        List<String> embedded = hot.keySet().stream()
                .filter(Predicate.not(InliningRun::isSession))
                .toList();
        for (int i = 0; i < embedded.size(); i += 2) {
            progress.round("inlining", logs.size(), embedded.size() + 1);
            logs.putAll(ofSubjects(embedded.subList(i, Math.min(embedded.size(), i + 2))));
        }
        if (hot.keySet().stream().anyMatch(InliningRun::isSession)) {
            progress.round("inlining", logs.size(), embedded.size() + 1);
            logs.putAll(ofSession());
        }
        Map<String, List<String>> faults = new LinkedHashMap<>();
        hot.forEach((subject, methods) -> faults.put(
                subject,
                methods.stream()
                        .map(logs.get(subject)::fault)
                        .flatMap(Optional::stream)
                        .toList()));
        return faults;
    }

    private static boolean isSession(String subject) {
        return subject.equals(SHARD) || subject.startsWith(CLIENT);
    }

    /** One or two, side by side: how fast they are is nobody's question, and for the compilers beside them they have longer. */
    private Map<String, InliningLog> ofSubjects(List<String> subjects) throws IOException, InterruptedException {
        try (RoleProcess first = start(subjects.getFirst(), cores.server());
                RoleProcess second = subjects.size() == 1 ? null : start(subjects.getLast(), cores.client())) {
            finish(first);
            if (second != null) {
                finish(second);
            }
        }
        Map<String, InliningLog> logs = new LinkedHashMap<>();
        for (String subject : subjects) {
            logs.put(subject, InliningLog.read(log(subject)));
        }
        return logs;
    }

    private Path log(String subject) {
        return folder.resolve(subject + ".inlining.log");
    }

    private RoleProcess start(String subject, int core) throws IOException {
        List<String> arguments = List.of(
                "_bench-peer",
                "instructions",
                "subject=" + subject,
                "core=" + core,
                "entries=" + ENTRIES,
                "warm-ms=" + 3 * SubjectLoop.WARM_UP_MS / 2);
        return RoleProcess.start(subject, arguments, InliningLog.environment(log(subject)));
    }

    private static void finish(RoleProcess process) throws IOException, InterruptedException {
        process.await(SubjectLoop.WARM, SECONDS);
        process.tell("stop");
        process.awaitExit(SECONDS);
    }

    private Map<String, InliningLog> ofSession() throws IOException, InterruptedException {
        Path shardLog = log(SHARD);
        Path clientLog = log(CLIENT);
        Path batchLog = log(BATCH_CLIENT);
        Path dir = folder.resolve("appliance");
        List<String> arguments = new ArrayList<>(ApplianceArguments.spinning(dir, cores, "keyed-slots=65536"));
        arguments.addAll(List.of("--set", ApplianceArguments.warmUp(true)));
        try (RoleProcess appliance = RoleProcess.start("appliance", arguments, InliningLog.environment(shardLog))) {
            appliance.await("ready", SECONDS);
            playClient(clientLog, dir);
            playClient(batchLog, dir, "batch=16");
        }
        return Map.of(
                SHARD, InliningLog.read(shardLog),
                CLIENT, InliningLog.read(clientLog),
                BATCH_CLIENT, InliningLog.read(batchLog));
    }

    private void playClient(Path log, Path dir, String... what) throws IOException, InterruptedException {
        List<String> client =
                new ArrayList<>(List.of("_bench-client", "get-client", "dir=" + dir, "core=" + cores.client()));
        client.addAll(List.of(what));
        try (RoleProcess process = RoleProcess.start("client", client, InliningLog.environment(log))) {
            process.await("connected", SECONDS);
            process.tell("warm");
            process.await("warm", SECONDS);
            process.tell("stop");
            process.await("done", SECONDS);
        }
    }
}
