package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.Session;
import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.testing.Proof;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real processes, killed while they journal; the region is kept or lost. */
@Tag("beside-others")
class JournalProcessTest {
    private static final int KEYS = RememberingClient.KEYS;

    private final RememberingClient client = new RememberingClient(2911);
    private final Key key = new Key();
    private final Value value = new Value(300);
    private final Entry entry = new Entry(7040);
    private long appliedFromSnapshots;

    /** At both levels, and with the region kept and lost: four kinds of rounds in turn. */
    @Test
    void shouldHaveEveryAcknowledgedChangeAfterAKillUnderLoadWithTheRegionAndWithoutIt() throws Exception {
        long rounds = Proof.required(5, 200);
        long changes = 0;
        try (ApplianceProcess first = ApplianceProcess.start("snapshot-interval=50ms")) {
            ApplianceProcess appliance = first;
            for (long round = 0; round < rounds; round++) {
                changes += client.changeUntilItIsKilled(appliance, round % 4 < 2 ? Level.SYNCED : Level.JOURNALED);
                if (round % 2 == 0) {
                    loseTheRegion(first.dir());
                }
                appliance = ApplianceProcess.startIn(first.dir());
                client.assertThatAllIsThere(first.dir());
            }
            appliedFromSnapshots = inLog(first.dir(), "it is made from snapshot");
            appliance.close();
        }
        System.out.println(changes + " changes were acknowledged");
        assertThat(appliedFromSnapshots).as("regions made from a snapshot").isPositive();
        assertThat(changes).isGreaterThan(rounds);
        Proof.note("kill-9-with-a-journal", rounds, rounds, 0);
    }

    /** Recovery is killed while it makes the region, and repeated: what is unfinished is no region. */
    @Test
    void shouldHaveEveryAcknowledgedChangeThoughStartsAreKilledWhileTheyMakeTheRegionAgain() throws Exception {
        try (ApplianceProcess first = ApplianceProcess.start("snapshot-interval=50ms")) {
            client.changeUntilItIsKilled(first, Level.SYNCED);
            int killed = 0;
            for (int attempt = 0; attempt < 30 && killed < 3; attempt++) {
                if (attempt == 0 || Files.exists(first.regionFile())) {
                    loseTheRegion(first.dir());
                }
                killed += isKilledWhileItMakesTheRegion(first.dir(), attempt * 1_000_000L) ? 1 : 0;
            }
            assertThat(killed)
                    .as("starts that were killed while they made the region")
                    .isEqualTo(3);
            try (ApplianceProcess second = ApplianceProcess.startIn(first.dir())) {
                client.assertThatAllIsThere(second.dir());
            }
        }
    }

    private static boolean isKilledWhileItMakesTheRegion(Path dir, long afterNs) throws Exception {
        Path region = Files.readSymbolicLink(dir.resolve("region")).resolve("shard-0");
        Path unfinished = region.resolveSibling("shard-0.new");
        Process start = ApplianceProcess.launcher(List.of("start", "--dir", dir.toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        long before =
                Files.exists(unfinished) ? Files.getLastModifiedTime(unfinished).toMillis() : 0;
        while (start.isAlive() && !isBegun(unfinished, before) && !Files.exists(region)) {
            Thread.onSpinWait();
        }
        Signals.stayFor(afterNs);
        start.destroyForcibly().waitFor();
        return Files.exists(unfinished) && !Files.exists(region);
    }

    /** A start begins its own file anew, whatever an earlier one left. */
    private static boolean isBegun(Path unfinished, long before) {
        try {
            return Files.getLastModifiedTime(unfinished).toMillis() > before;
        } catch (IOException e) {
            return false; // not there
        }
    }

    /** What the appliance's log says of its starts, counted. */
    private static long inLog(Path dir, String words) throws IOException {
        try (Stream<String> lines = Files.lines(dir.resolve("log").resolve("appliance.log"))) {
            return lines.filter(line -> line.contains(words)).count();
        }
    }

    /** As a reboot does. */
    private static void loseTheRegion(Path dir) throws IOException {
        PrivateFiles.deleteTree(Files.readSymbolicLink(dir.resolve("region")));
    }

    @Test
    void shouldRefuseToLeaveItsJournalBehind() throws Exception {
        try (ApplianceProcess first = ApplianceProcess.start()) {
            first.terminate();
            assertThat(refusal(first.dir(), "journal=off")).contains("would fall behind", "--fresh");
            ApplianceProcess.startIn(first.dir(), "--fresh", "--set", "journal=off")
                    .close();
        }
    }

    /** Changes that the ring still has go into it; where there were more, it begins with a snapshot. */
    @Test
    void shouldBeginAJournalForARegionThatWasChangedWithoutOne() throws Exception {
        for (boolean isMuch : new boolean[] {false, true}) {
            try (ApplianceProcess first = ApplianceProcess.start("journal=off", "snapshot-interval=1h")) {
                client.changeUntil(
                        first.dir(),
                        Level.MEMORY,
                        () -> Arrays.stream(client.acknowledged())
                                .allMatch(number -> number > (isMuch ? 80 * KEYS : 0)));
                if (isMuch) {
                    first.kill9();
                } else {
                    first.terminate();
                }
                try (ApplianceProcess second = ApplianceProcess.startIn(first.dir(), "--set", "journal=on")) {
                    assertThat(files(first.dir().resolve("snapshots").resolve("shard-0")))
                            .hasSize(isMuch ? 1 : 0);
                    client.assertThatAllIsThere(first.dir());
                    long[] before = client.acknowledged().clone();
                    client.changeUntil(first.dir(), () -> client.acknowledged()[0] > before[0]);
                    second.kill9();
                }
                loseTheRegion(first.dir());
                try (ApplianceProcess third = ApplianceProcess.startIn(first.dir())) {
                    client.assertThatAllIsThere(first.dir());
                    assertThat(inLog(first.dir(), isMuch ? "it is made from snapshot" : "it is made from the journal"))
                            .isEqualTo(1);
                    third.terminate();
                }
            }
            client.forget();
        }
    }

    @Test
    void shouldFallBackToTheSnapshotBeforeADamagedOneAndRefuseAGapWithWhatIsMissing() throws Exception {
        try (ApplianceProcess first = ApplianceProcess.start("snapshot-interval=20ms")) {
            Path snapshots = first.dir().resolve("snapshots").resolve("shard-0");
            Path journal = first.dir().resolve("journal").resolve("shard-0");
            client.changeUntil(
                    first.dir(),
                    () -> journalBegin(journal) > 0 && files(snapshots).size() > 1);
            first.kill9();
            List<Path> kept = files(snapshots);
            flip(kept.getLast(), 8_192);
            loseTheRegion(first.dir());
            try (ApplianceProcess second = ApplianceProcess.startIn(first.dir(), "--set", "snapshot-interval=1h")) {
                client.assertThatAllIsThere(first.dir());
                assertThat(inLog(first.dir(), "DAMAGED SNAPSHOT of shard 0")).isEqualTo(1);
                assertThat(inLog(
                                first.dir(),
                                "it is made from snapshot "
                                        + kept.get(kept.size() - 2).getFileName()))
                        .isEqualTo(1);
                second.terminate();
            }
            for (Path snapshot : files(snapshots)) {
                flip(snapshot, snapshot.equals(kept.getLast()) ? 8_193 : 8_192);
            }
            loseTheRegion(first.dir());
            assertThat(refusal(first.dir(), "journal=on")).contains("missing", "--fresh");
            PrivateFiles.deleteTree(first.dir().resolve("journal"));
            assertThat(refusal(first.dir(), "journal=on")).contains("the journal is missing", "--fresh");
            try (ApplianceProcess fresh = ApplianceProcess.startIn(first.dir(), "--fresh")) {
                put(first.dir(), "journaled");
                fresh.terminate();
            }
            Path elsewhere = first.dir().resolve("elsewhere");
            Files.move(first.dir().resolve("journal"), elsewhere);
            Files.createDirectories(snapshots);
            Files.createFile(snapshots.resolve("0000000000000000.snapshot"));
            assertThat(refusal(first.dir(), "journal=on"))
                    .contains("the journal is missing", "remove DIR/snapshots to go on with the region as it is");
            PrivateFiles.deleteTree(first.dir().resolve("snapshots"));
            try (ApplianceProcess third = ApplianceProcess.startIn(first.dir())) {
                assertThat(client(first.dir(), "get one", 0)).isEqualTo("journaled\n");
                assertThat(inLog(first.dir(), "LOST JOURNAL of shard 0")).isEqualTo(1);
                third.terminate();
            }
        }
    }

    @Test
    void shouldVerifyAndBackUpWhileItRunsAndStartAnotherOnTheBackup() throws Exception {
        Path backup = Files.createTempDirectory("needletail-backup").resolve("taken");
        try (ApplianceProcess appliance = ApplianceProcess.start("snapshot-interval=300ms")) {
            Path snapshots = appliance.dir().resolve("snapshots").resolve("shard-0");
            client.changeUntil(appliance.dir(), () -> files(snapshots).size() >= 2);
            long[] before = client.acknowledged().clone();
            Process copying = ApplianceProcess.launcher(
                            List.of("backup", "--dir", appliance.dir().toString(), backup.toString()))
                    .redirectErrorStream(true)
                    .start();
            client.changeUntil(appliance.dir(), () -> !copying.isAlive());
            String said = new String(copying.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(copying.exitValue()).as(said).isZero();
            assertThat(said).contains("shard 0: a lost region can be made from snapshot ");
            assertThat(command("verify", backup, 0)).contains("journal: whole", ".snapshot: whole", "can be made");
            assertThat(command("verify", appliance.dir(), 0)).contains("journal: whole");
            try (ApplianceProcess second = ApplianceProcess.startIn(backup)) {
                client.assertThatAllIsThere(backup, before);
                assertThat(second.terminate()).isZero();
            }
            leaveNothingInSharedMemory(backup);
            flip(files(backup.resolve("snapshots").resolve("shard-0")).getLast(), 20_000);
            Path again = backup.resolveSibling("again");
            assertThat(run(List.of("backup", "--dir", backup.toString(), again.toString()), 0))
                    .as("the one before is enough")
                    .contains("snapshot", "DAMAGED", "can be made from snapshot");
            assertThat(command("verify", again, 0)).doesNotContain("DAMAGED");
            assertThat(run(List.of("backup", "--dir", backup.getParent().toString(), again + "-2"), 1))
                    .contains("no appliance was ever started there");
            assertThat(command("verify", backup, 1)).contains("snapshot: DAMAGED", "block 0 is damaged");
            assertThat(command("verify", Files.createDirectories(backup.resolve("empty")), 3))
                    .contains("neither a journal nor a snapshot", "journal=off");
        } finally {
            PrivateFiles.deleteTree(backup.getParent());
        }
    }

    @Test
    void shouldRestoreAnEarlierTimeAsFarBackAsItIsKept() throws Exception {
        Path backups = Files.createTempDirectory("needletail-restore");
        try (ApplianceProcess appliance = ApplianceProcess.start()) {
            long version = put(appliance.dir(), "before the mistake");
            Instant between = Instant.ofEpochMilli(System.currentTimeMillis() + 2);
            Await.until("the clock goes on", 1_000, () -> Instant.now().isAfter(between.plusMillis(2)));
            put(appliance.dir(), "the mistake");
            for (String target : List.of(Long.toString(version), between.toString())) {
                Path restored = backups.resolve(target.replace(':', '-'));
                assertThat(restore(appliance.dir(), target, restored, 0)).contains("up to sequence " + version);
                try (ApplianceProcess second = ApplianceProcess.startIn(restored)) {
                    assertThat(client(restored, "get one", 0)).isEqualTo("before the mistake\n");
                    put(restored, "goes on");
                    assertThat(second.terminate()).isZero();
                }
                leaveNothingInSharedMemory(restored);
                assertThat(command("verify", restored, 0)).contains("journal: whole");
            }
            assertThat(client(appliance.dir(), "get one", 0)).isEqualTo("the mistake\n");
            assertThat(restore(appliance.dir(), "yesterday", backups.resolve("no"), 2))
                    .contains("neither a version nor a time");
            assertThat(restore(appliance.dir(), "1", backups, 1)).contains("there is something already");
            assertThat(restore(appliance.dir(), Long.toString(version + 1_000), backups.resolve("no"), 1))
                    .contains("the last change that is kept has sequence");
            assertThat(restore(appliance.dir(), "2199-01-01T00:00:00Z", backups.resolve("no"), 1))
                    .contains("is in the future");
            assertThat(restore(appliance.dir(), "1999-01-01T00:00:00Z", backups.resolve("no"), 1))
                    .contains("nothing is kept of that time");
        } finally {
            PrivateFiles.deleteTree(backups);
        }
    }

    /** Damage costs what is behind it, not what is before. */
    @Test
    void shouldRestoreWhatIsBeforeDamageOfTheJournalAndSayWhatThatIs() throws Exception {
        Path backups = Files.createTempDirectory("needletail-restore");
        try (ApplianceProcess appliance = ApplianceProcess.start()) {
            Path dir = appliance.dir();
            put(dir, "what was before the damage");
            long version = put(dir, "the last one that is whole");
            long damaged = put(dir, "the one that is damaged");
            put(dir, "and one behind it");
            assertThat(appliance.terminate()).isZero();
            Path journal = files(dir.resolve("journal").resolve("shard-0")).getFirst();
            flip(journal, indexOf(journal, "the one that is damaged"));
            loseTheRegion(dir);
            assertThat(refusal(dir, "journal=on"))
                    .contains(
                            "shard 0",
                            "is damaged at position",
                            journal.getFileName().toString(),
                            "--to " + version);
            assertThat(restore(dir, Long.toString(version), backups.resolve("whole"), 0))
                    .contains("up to sequence " + version);
            try (ApplianceProcess second = ApplianceProcess.startIn(backups.resolve("whole"))) {
                assertThat(client(second.dir(), "get one", 0)).isEqualTo("the last one that is whole\n");
                second.terminate();
            }
            leaveNothingInSharedMemory(backups.resolve("whole"));
            assertThat(restore(dir, Long.toString(damaged), backups.resolve("no"), 1))
                    .contains("the last change before has sequence " + version);
        } finally {
            PrivateFiles.deleteTree(backups);
        }
    }

    private static int indexOf(Path file, String text) throws IOException {
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        int at = bytes.indexOf(text);
        assertThat(at).as(text).isPositive();
        return at;
    }

    /** In front of the first change that is kept there is only how an idle run begins: snapshots there are of later, too. */
    @Test
    void shouldRefuseToRestoreATimeBeforeTheOldestSnapshotThoughNoLaterChangeIsInTheJournalBeforeIt() throws Exception {
        String[] small = {
            "keyed-slots=64",
            "anonymous-slots=0",
            "slab-bytes=1m",
            "ring-bytes=4m",
            "journal-file-bytes=2m",
            "snapshot-interval=20ms"
        };
        try (ApplianceProcess first = ApplianceProcess.start(small)) {
            Path dir = first.dir();
            Instant before = Instant.ofEpochMilli(System.currentTimeMillis() - 1_000);
            long version = put(dir, "too late for a time before it");
            assertThat(first.terminate()).isZero();
            Path journal = dir.resolve("journal").resolve("shard-0");
            for (int run = 0; run < 8 && journalBegin(journal) == 0; run++) {
                idleUntilASnapshot(dir);
            }
            assertThat(journalBegin(journal)).isPositive();
            try (ApplianceProcess last = ApplianceProcess.startIn(dir, "--set", "snapshot-interval=1h")) {
                put(dir, "much later");
                for (String target : List.of(Long.toString(version - 1), before.toString())) {
                    assertThat(restore(dir, target, dir.resolve("restored"), 1))
                            .contains("what is kept goes back to sequence " + version + " and no further");
                }
                assertThat(restore(dir, Long.toString(version), dir.resolve("restored"), 0))
                        .contains("up to sequence " + version);
                assertThat(last.terminate()).isZero();
            }
        }
    }

    private static void idleUntilASnapshot(Path dir) throws Exception {
        Path snapshots = dir.resolve("snapshots").resolve("shard-0");
        List<Path> before = files(snapshots);
        try (ApplianceProcess appliance = ApplianceProcess.startIn(dir)) {
            Await.until("a snapshot", 20_000, () -> !files(snapshots).equals(before));
            assertThat(appliance.terminate()).isZero();
        }
    }

    private long put(Path dir, String text) {
        try (Session session = Session.connect(dir, ApplianceProcess.TIMEOUT_NS)) {
            session.level(Level.SYNCED);
            key.setUtf8("one");
            value.setUtf8(text);
            assertThat(new BlockingSession(session, ApplianceProcess.TIMEOUT_NS).put(key, value, entry))
                    .isEqualTo(Status.OK);
            return entry.version();
        }
    }

    private static String restore(Path dir, String target, Path destination, int code) throws Exception {
        return run(List.of("restore", "--dir", dir.toString(), "--to", target, destination.toString()), code);
    }

    private static String run(List<String> command, int code) throws IOException, InterruptedException {
        Process process =
                ApplianceProcess.launcher(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + "\n" + output).isEqualTo(code);
        return output;
    }

    /** Of an appliance whose folder a test has made itself. */
    private static void leaveNothingInSharedMemory(Path dir) throws IOException {
        PrivateFiles.deleteTree(Files.readSymbolicLink(dir.resolve("region")).getParent());
    }

    private static String command(String verb, Path dir, int code) throws IOException, InterruptedException {
        return run(List.of(verb, "--dir", dir.toString()), code);
    }

    private static void flip(Path file, int at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            channel.write(one.put(0, (byte) (one.get(0) ^ 4)).flip(), at);
        }
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> !path.toString().endsWith(".new"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of(); // not made yet, or one went meanwhile
        }
    }

    private static long journalBegin(Path folder) {
        List<Path> files = files(folder);
        return files.isEmpty()
                ? 0
                : Long.parseLong(files.getFirst().getFileName().toString().substring(0, 16), 16);
    }

    /** Damaged, or of another format: what is told to do is done. */
    @Test
    void shouldMakeARegionAgainThatCannotBeOpened() throws Exception {
        try (ApplianceProcess first = ApplianceProcess.start()) {
            client(first.dir(), "put limit,eu 7 --level synced", 0);
            for (int offset : new int[] {RegionLayout.HEADER_CRC_OFFSET, RegionLayout.MIN_READER_FORMAT_OFFSET}) {
                end(first.dir());
                flip(first.regionFile(), offset);
                assertThat(refusal(first.dir(), "warm-up=off"))
                        .contains(
                                offset == RegionLayout.HEADER_CRC_OFFSET ? "checksum does not match" : "a newer format")
                        .contains("start --remake");
                try (ApplianceProcess again = ApplianceProcess.startIn(first.dir(), "--remake")) {
                    assertThat(client(again.dir(), "get limit,eu", 0)).isEqualTo("7\n");
                    again.kill9();
                }
            }
            flip(files(first.dir().resolve("journal").resolve("shard-0")).getFirst(), 17);
            byte[] before = Files.readAllBytes(first.regionFile());
            assertThat(run(List.of("start", "--dir", first.dir().toString(), "--remake"), 1))
                    .contains("cannot be made again", "needletail verify");
            assertThat(first.regionFile()).hasBinaryContent(before);
        }
    }

    /** Kills what runs there, by its number. */
    private static void end(Path dir) throws IOException {
        String pid = Files.readString(dir.resolve("lock")).replaceAll("[^0-9]", "");
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        Await.until(
                "it has ended",
                10_000,
                () -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
    }

    @Test
    void shouldPrintEntriesAsTheyAreLoaded() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start()) {
            client(appliance.dir(), "put limit,eu 7,5", 0);
            client(appliance.dir(), "put plain 8", 0);
            String csv = run(List.of("client", "--dir", appliance.dir().toString(), "scan", "", "--csv"), 0);
            assertThat(csv.lines()).containsExactlyInAnyOrder("0x6c696d69742c6575,0x372c35", "plain,8");
            client(appliance.dir(), "delete limit,eu", 0);
            client(appliance.dir(), "load " + Files.writeString(appliance.dir().resolve("entries.csv"), csv), 0);
            assertThat(client(appliance.dir(), "get limit,eu", 0)).isEqualTo("7,5\n");
        }
    }

    @Test
    void shouldTakeALevelWithEveryWritingVerbAndSayWhenItIsNotOffered() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start()) {
            Path csv = Files.writeString(appliance.dir().resolve("load.csv"), "a,1\nb,2\n");
            for (String verb : List.of(
                    "insert limit 5",
                    "put limit 7",
                    "touch limit 1h",
                    "clear limit",
                    "add position 3",
                    "delete limit",
                    "resolve limit --create",
                    "load " + csv)) {
                assertThat(client(appliance.dir(), verb + " --level synced --json", 0))
                        .as(verb)
                        .contains(verb.startsWith("load") ? "\"loaded\":2" : "\"level\":\"synced\"");
            }
            assertThat(client(appliance.dir(), "put limit 8 --level journaled", 0))
                    .contains("level=journaled");
            assertThat(client(appliance.dir(), "put limit 9 --level persistent", 4))
                    .contains("LEVEL_UNAVAILABLE", "not in persistent memory", "nothing was changed");
            assertThat(client(appliance.dir(), "put limit 9 --level forever", 2))
                    .contains("--level forever is not");
            assertThat(client(appliance.dir(), "get limit", 0)).isEqualTo("8\n");
        }
    }

    private static String client(Path dir, String verb, int code) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("client", "--dir", dir.toString()));
        arguments.addAll(List.of(verb.split(" ")));
        return run(arguments, code);
    }

    /** What a start with this setting says that does not come to anything. */
    private static String refusal(Path dir, String setting) throws IOException, InterruptedException {
        Process process = ApplianceProcess.launcher(
                        List.of("start", "--dir", dir.toString(), "--set", "warm-up=off", "--set", setting))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isNotZero();
        return output;
    }
}
