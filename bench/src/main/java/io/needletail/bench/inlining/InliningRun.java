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
    private static final String BATCHES = ".batch16";
    /** What is behind the names above: gets one by one, and sixteen in a message. */
    private static final List<String> SESSIONS = List.of("", BATCHES);

    private final BenchCores cores;
    private final Path folder;
    private final Progress progress;

    public InliningRun(BenchCores cores, Path folder, Progress progress) {
        this.cores = cores;
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * Faults by subject, in the order of the list; none where every method is inlined. One in this process is played once again, in a
     * new JVM: a method that the compiler came to before its caller is not taken into it, and which is first is the host's doing.
     */
    public Map<String, List<String>> run(Map<String, List<String>> hot) throws IOException, InterruptedException {
        Map<String, InliningLog> logs = new LinkedHashMap<>();
        List<String> embedded = hot.keySet().stream()
                .filter(Predicate.not(InliningRun::isSession))
                .toList();
        int rounds = embedded.size() + SESSIONS.size();
        for (String subject : embedded) {
            progress.round("inlining", logs.size(), rounds);
            InliningLog first = ofSubject(subject);
            List<String> wrong = faults(first, hot.get(subject));
            if (!wrong.isEmpty()) {
                System.out.println(subject + " is played once again, because of: " + String.join("; ", wrong));
            }
            logs.put(subject, wrong.isEmpty() ? first : ofSubject(subject));
        }
        for (String session : SESSIONS) {
            if (hot.containsKey(SHARD + session) || hot.containsKey(CLIENT + session)) {
                progress.round("inlining", logs.size(), rounds);
                logs.putAll(ofSession(session));
            }
        }
        Map<String, List<String>> faults = new LinkedHashMap<>();
        hot.forEach((subject, methods) -> faults.put(subject, faults(logs.get(subject), methods)));
        return faults;
    }

    private static List<String> faults(InliningLog log, List<String> methods) {
        return methods.stream().map(log::fault).flatMap(Optional::stream).toList();
    }

    private static boolean isSession(String subject) {
        return subject.startsWith(SHARD) || subject.startsWith(CLIENT);
    }

    private Path log(String subject) {
        return folder.resolve(subject + ".inlining.log");
    }

    private InliningLog ofSubject(String subject) throws IOException, InterruptedException {
        List<String> arguments = List.of(
                "_bench-peer", "instructions", "subject=" + subject, "core=" + cores.server(), "entries=" + ENTRIES);
        try (RoleProcess process = RoleProcess.start(subject, arguments, InliningLog.environment(log(subject)))) {
            process.await(SubjectLoop.WARM, SECONDS);
            process.tell("stop");
            process.awaitExit(SECONDS);
        }
        return InliningLog.read(log(subject));
    }

    /** A shard and a client of one kind, each with a profile of its own. */
    private Map<String, InliningLog> ofSession(String session) throws IOException, InterruptedException {
        String shard = SHARD + session;
        String client = CLIENT + session;
        Path dir = folder.resolve("appliance" + session);
        List<String> arguments = new ArrayList<>(ApplianceArguments.spinning(dir, cores, "keyed-slots=65536"));
        arguments.addAll(List.of("--set", ApplianceArguments.warmUp(true)));
        try (RoleProcess appliance = RoleProcess.start("appliance", arguments, InliningLog.environment(log(shard)))) {
            appliance.await("ready", SECONDS);
            playClient(log(client), dir, session);
        }
        return Map.of(shard, InliningLog.read(log(shard)), client, InliningLog.read(log(client)));
    }

    private void playClient(Path log, Path dir, String session) throws IOException, InterruptedException {
        List<String> client =
                new ArrayList<>(List.of("_bench-client", "get-client", "dir=" + dir, "core=" + cores.client()));
        client.addAll(session.equals(BATCHES) ? List.of("batch=16") : List.of());
        try (RoleProcess process = RoleProcess.start("client", client, InliningLog.environment(log))) {
            process.await("connected", SECONDS);
            process.tell("warm");
            process.await("warm", SECONDS);
            process.tell("stop");
            process.await("done", SECONDS);
        }
    }
}
