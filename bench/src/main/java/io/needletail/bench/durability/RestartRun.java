package io.needletail.bench.durability;

import io.needletail.bench.process.ApplianceArguments;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.process.RunFolders;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Ratio;
import io.needletail.client.BlockingSession;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How long an appliance takes that has lost its region, from the launcher's start to the first answer: a snapshot of many entries
 * and the changes behind it are read, and the directory is made anew. The process is killed and the region deleted, as by a reboot;
 * the files are in the page cache, as after a reboot they are not.
 */
final class RestartRun implements ResultHandler {
    private static final long START_SECONDS = 600;
    private static final long TIMEOUT_NS = 60_000_000_000L;
    private static final long LOOK_MS = 20;
    private static final String READY = "ready";

    private final DurabilityPlan plan;
    private final Path dir;
    private final BenchReport report;
    private final Progress progress;
    private final Value value = new Value(16);
    private long answered;
    /** Its number is the second word of what it writes. */
    private int round;

    RestartRun(DurabilityPlan plan, Path folder, BenchReport report, Progress progress) {
        this.plan = plan;
        this.dir = folder.resolve("appliance-restart");
        this.report = report;
        this.progress = progress;
    }

    void run() throws IOException, InterruptedException {
        try {
            fillAndTakeASnapshot();
            List<Double> seconds = new ArrayList<>();
            for (int i = 0; i < plan.restarts(); i++) {
                progress.round("starts after the region was lost", i, plan.restarts());
                round = i + 1;
                if (i > 0) {
                    takeASnapshot();
                }
                changeAndKill();
                loseTheRegion();
                seconds.add(secondsOfAStart());
            }
            double[] rounds = seconds.stream().mapToDouble(Double::doubleValue).toArray();
            report.add(new Ratio("restart.10M.seconds", rounds));
            report.note(String.format(
                    "a start after the region was lost: %,d entries of 16+16 bytes in the snapshot, %,d changes behind it, files in"
                            + " the page cache",
                    plan.restartEntries(), plan.restartChanges()));
        } finally {
            RunFolders.removeAppliances(dir.getParent()); // with what they have in shared memory
        }
    }

    private RoleProcess start(String... settings) throws IOException, InterruptedException {
        List<String> arguments = ApplianceArguments.resting(dir, settings);
        arguments.addAll(List.of("--set", "journal=on"));
        if (Files.exists(dir.resolve("needletail.properties"))) {
            arguments.remove("--fresh");
        }
        return RoleProcess.start("appliance", arguments);
    }

    private void fillAndTakeASnapshot() throws IOException, InterruptedException {
        long slots = plan.restartEntries();
        try (RoleProcess appliance =
                start("keyed-slots=" + slots, "slab-bytes=1m", "snapshot-interval=3s", "warm-up=off")) {
            appliance.await(READY, START_SECONDS);
            fill(slots);
        }
    }

    private void fill(long slots) throws IOException, InterruptedException {
        try (BlockingSession session = BlockingSession.connect(dir, TIMEOUT_NS)) {
            Batch batch = new Batch(16);
            for (long one = 0; one < slots; one += batch.length()) {
                batch.clear();
                for (long i = one; i < slots && !batch.isFull(); i++) {
                    value.setInline(i, 0, 16);
                    batch.add(key(i), value);
                }
                putAll(session, batch);
                if (one % (1 << 20) == 0) {
                    progress.round("entries, a million", (int) (one >> 20), (int) (slots >> 20) + 1);
                }
            }
            awaitASnapshot(session);
        }
    }

    /** So that the next round has no more changes behind one than this. */
    private void takeASnapshot() throws IOException, InterruptedException {
        try (RoleProcess appliance = start("snapshot-interval=1s", "warm-up=off")) {
            appliance.await(READY, START_SECONDS);
            try (BlockingSession session = BlockingSession.connect(dir, TIMEOUT_NS)) {
                awaitASnapshot(session);
            }
        }
    }

    /** Two more: the second was begun behind everything that was changed before. */
    private void awaitASnapshot(BlockingSession session) throws IOException, InterruptedException {
        Entry entry = new Entry(16);
        for (int i = 0; i < 2; i++) {
            String before = newestSnapshot();
            while (newestSnapshot().equals(before)) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
                value.setInline(0, 0, 16);
                session.put(key(0), value, entry); // a snapshot is taken of what changed
            }
        }
    }

    private void putAll(BlockingSession session, Batch batch) {
        session.put(batch);
        for (int i = 0; i < batch.length(); i++) {
            while (batch.status(i) == Status.BACK_PRESSURED) {
                batch.status(i, session.put(batch.key(i), batch.entry(i).value(), new Entry(16)));
            }
            if (batch.status(i) != Status.OK) {
                throw new IllegalStateException(Status.name(batch.status(i)));
            }
        }
    }

    private static Key key(long number) {
        Key key = new Key();
        key.setUtf8(String.format("restart:%08d", number));
        assert key.length() == 16 : "key=" + key;
        return key;
    }

    private String newestSnapshot() throws IOException {
        Path snapshots = dir.resolve("snapshots").resolve("shard-0");
        try (Stream<Path> files = Files.list(snapshots)) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith(".snapshot"))
                    .max(String::compareTo)
                    .orElse("");
        }
    }

    /** Changes that only the journal has; the last one is on the medium when the process dies. */
    private void changeAndKill() throws IOException, InterruptedException {
        try (RoleProcess appliance = start("snapshot-interval=24h", "warm-up=off")) {
            appliance.await(READY, START_SECONDS);
            change();
            ProcessHandle.of(appliance.pid()).ifPresent(ProcessHandle::destroyForcibly);
            appliance.awaitExit(START_SECONDS);
        }
    }

    private void change() {
        try (Session session = Session.connect(dir, TIMEOUT_NS)) {
            long sent = 0;
            answered = 0;
            while (answered < plan.restartChanges() || session.inFlight() > 0) {
                if (answered + session.inFlight() < plan.restartChanges()) { // again, too, what there was no room for
                    long one = sent % plan.restartEntries();
                    value.setInline(one, round, 16);
                    sent += session.put(key(one), value) > 0 ? 1 : 0;
                }
                session.poll(this, 64);
            }
            changeTheLast(new BlockingSession(session, TIMEOUT_NS));
        }
    }

    /** Again, until the ring has room for it and it is on the medium. */
    private void changeTheLast(BlockingSession session) {
        session.level(Level.SYNCED);
        value.setInline(lastChanged(), round, 16);
        int status = Status.BACK_PRESSURED;
        while (status == Status.BACK_PRESSURED) {
            status = session.put(key(lastChanged()), value, new Entry(16));
        }
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
    }

    private long lastChanged() {
        return Math.min(plan.restartChanges(), plan.restartEntries()) - 1;
    }

    @Override
    public void onResult(long id, int status, Entry entry) {
        answered += status == Status.OK ? 1 : 0;
    }

    private void loseTheRegion() throws IOException {
        PrivateFiles.deleteTree(Files.readSymbolicLink(dir.resolve("region")));
    }

    /** From the launcher's start to the first answer, which must be the right one. */
    private double secondsOfAStart() throws IOException, InterruptedException {
        long beganNs = System.nanoTime();
        try (RoleProcess appliance = start("warm-up=on")) {
            appliance.await(READY, START_SECONDS);
            getTheLastChange();
            return (System.nanoTime() - beganNs) / 1e9;
        }
    }

    private void getTheLastChange() throws IOException {
        try (BlockingSession session = BlockingSession.connect(dir, TIMEOUT_NS)) {
            Entry entry = new Entry(16);
            int status = session.get(key(lastChanged()), entry);
            boolean isRight = status == Status.OK
                    && entry.value().getLong(0) == lastChanged()
                    && entry.value().getLong(8) == round;
            if (!isRight) {
                throw new IOException("the answer after the start is " + Status.name(status));
            }
        }
    }
}
