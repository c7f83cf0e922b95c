package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.needletail.client.BlockingSession;
import io.needletail.client.ClientId;
import io.needletail.client.SessionAddress;
import io.needletail.client.SessionException;
import io.needletail.memory.PrivateFiles;
import io.needletail.rdma.LibFabric;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.server.Counter;
import io.needletail.server.CountersFile;
import io.needletail.testing.Proof;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes that mirror each other, killed, stopped, promoted. */
class MirrorProcessTest {
    private final Key key = new Key();
    private final Value value = new Value(64);
    private final Entry entry = new Entry(7040);
    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        assumeTrue(LibFabric.isAvailable(), LibFabric::reason);
        folder = Files.createTempDirectory("needletail-mirrors");
    }

    @AfterEach
    void removeFolder() throws IOException {
        if (folder != null) {
            PrivateFiles.deleteTree(folder);
        }
    }

    /** By the command that an operator has. */
    private void promote(int member) throws Exception {
        Process command = ApplianceProcess.launcher(List.of(
                        "mirror",
                        "promote",
                        "--membership",
                        folder.resolve("members").toString(),
                        "--member",
                        Integer.toString(member)))
                .inheritIO()
                .start();
        assertThat(command.waitFor()).isZero();
    }

    private int put(BlockingSession session, String name, String text, int level) {
        key.setUtf8(name);
        value.setUtf8(text);
        session.level(level);
        return session.put(key, value, entry);
    }

    private String get(Path dir, String name) {
        try (BlockingSession session = BlockingSession.connect(dir, ApplianceProcess.TIMEOUT_NS)) {
            key.setUtf8(name);
            int status = session.get(key, entry);
            return status == Status.OK ? entry.value().toUtf8() : Status.name(status);
        }
    }

    /**
     * The primary dies at some change, its mirror takes over, and the one that died mirrors it in the next round; in every second one the mirror
     * dies first, is dropped, and comes back.
     */
    @ParameterizedTest
    @ValueSource(strings = {"shm", "tcp;ofi_rxm"})
    void shouldHaveEveryMirroredChangeAfterAKillAndAPromotion(String provider) throws Exception {
        long rounds = Proof.required(3, 25);
        long changes = 0;
        RememberingClient client = new RememberingClient(711);
        MemberProcess primary =
                MemberProcess.start(folder, 0, "fabric=" + provider).awaitServing();
        MemberProcess mirror = null;
        try {
            for (long round = 0; round < rounds; round++) {
                mirror = MemberProcess.start(folder, 1 - primary.member(), "fabric=" + provider)
                        .awaitInSync();
                MemberProcess.awaitMirrors(folder, 1);
                if (round % 2 == 1) {
                    changes += client.changeUntilItIsKilled(primary.dir(), Level.MIRRORED, mirror::kill9);
                    MemberProcess.awaitMirrors(folder, 0);
                    client.assertThatAllIsThere(primary.dir());
                    mirror = MemberProcess.start(folder, mirror.member(), "fabric=" + provider)
                            .awaitInSync();
                    MemberProcess.awaitMirrors(folder, 1);
                }
                changes += client.changeUntilItIsKilled(primary.dir(), Level.MIRRORED, primary::kill9);
                promote(mirror.member());
                mirror.awaitServing();
                client.assertThatAllIsThere(mirror.dir());
                primary = mirror;
            }
        } finally {
            primary.close();
            if (mirror != null) {
                mirror.close();
            }
            ApplianceProcess.remove(folder.resolve("member-0"));
            ApplianceProcess.remove(folder.resolve("member-1"));
        }
        System.out.println(changes + " changes were acknowledged as mirrored");
        assertThat(changes).isGreaterThan(rounds);
        Proof.note("mirrors-kill-9-" + provider.substring(0, 3), rounds, rounds, 711);
    }

    /** It stands still while another one takes over: when it goes on it acknowledges nothing, and ends. */
    @Test
    void shouldStepDownWhenItWasAwayWhileAnotherTookOver() throws Exception {
        try (MemberProcess old =
                        MemberProcess.start(folder, 0, "fabric=tcp;ofi_rxm").awaitServing();
                MemberProcess next =
                        MemberProcess.start(folder, 1, "fabric=tcp;ofi_rxm").awaitInSync();
                BlockingSession session = BlockingSession.connect(old.dir(), 2_000_000_000L)) {
            MemberProcess.awaitMirrors(folder, 1);
            assertThat(put(session, "k", "before", Level.MIRRORED)).isEqualTo(Status.OK);
            assertThat(entry.level()).isEqualTo(Level.MIRRORED);
            Signals.stop(old.pid());
            promote(1);
            next.awaitServing();
            Signals.goOn(old.pid());
            assertThat(isUnknownOrLost(session)).isTrue();
            assertThat(old.awaitExit()).isEqualTo(1);
            assertThat(old.lines()).anyMatch(line -> line.startsWith("deposed:"));
            assertThat(get(next.dir(), "k")).isEqualTo("before");
            try (MemberProcess again =
                    MemberProcess.start(folder, 0, "fabric=tcp;ofi_rxm").awaitInSync()) {
                MemberProcess.awaitMirrors(folder, 1);
                assertThat(again.lines()).anyMatch(line -> line.contains("are discarded"));
            }
        }
    }

    /** The client may have noticed before that nobody answers. */
    private boolean isUnknownOrLost(BlockingSession session) {
        try {
            return put(session, "k", "too late", Level.MEMORY) == Status.UNKNOWN;
        } catch (SessionException e) {
            return e.getMessage().contains("SERVER_LOST");
        }
    }

    @Test
    void shouldRefuseChangesBelowMinMirrorsAndTakeAMirrorBackByItself() throws Exception {
        try (MemberProcess primary =
                MemberProcess.start(folder, 0, "fabric=shm", "min-mirrors=1").awaitServing()) {
            assertThat(put(primary, Level.MEMORY)).isEqualTo(Status.LEVEL_UNAVAILABLE);
            try (MemberProcess mirror =
                    MemberProcess.start(folder, 1, "fabric=shm").awaitInSync()) {
                MemberProcess.awaitMirrors(folder, 1);
                assertThat(put(primary, Level.MIRRORED)).isEqualTo(Status.OK);
                assertThat(put(primary, Level.MIRRORED + 1)).isEqualTo(Status.LEVEL_UNAVAILABLE);
                assertThatTheLagIsTold(primary);
                mirror.kill9();
                MemberProcess.awaitMirrors(folder, 0);
                assertThat(put(primary, Level.MEMORY)).isEqualTo(Status.LEVEL_UNAVAILABLE);
            }
            try (MemberProcess mirror =
                    MemberProcess.start(folder, 1, "fabric=shm").awaitInSync()) {
                MemberProcess.awaitMirrors(folder, 1);
                assertThat(mirror.lines()).anyMatch(line -> line.startsWith("mirror ready"));
                assertThat(put(primary, Level.MIRRORED)).isEqualTo(Status.OK);
            }
        }
    }

    private void assertThatTheLagIsTold(MemberProcess primary) throws IOException {
        CountersReader counters = CountersFile.open(primary.dir().resolve("counters"));
        Await.until(
                "a mirror that has all",
                MemberProcess.PATIENCE_MS,
                () -> counters.getCounterValue(Counter.MIRRORS.ordinal()) == 1
                        && counters.getCounterValue(Counter.MIRROR_LAG.ordinal()) == 0
                        && counters.getCounterValue(Counter.MIRROR_LAG_NS.ordinal()) == 0);
        Await.until(
                "a status that says so",
                MemberProcess.PATIENCE_MS,
                () -> status().contains("\"lagChanges\":0,\"lagNs\":0"));
    }

    private String status() {
        try {
            Process command = ApplianceProcess.launcher(List.of(
                            "mirror",
                            "status",
                            "--membership",
                            folder.resolve("members").toString(),
                            "--json"))
                    .redirectErrorStream(true)
                    .start();
            return new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In a session of its own: one that says nothing for as long as a mirror joins is gone. */
    private int put(MemberProcess primary, int level) {
        try (BlockingSession session = BlockingSession.connect(primary.dir(), ApplianceProcess.TIMEOUT_NS)) {
            return put(session, "k", "v", level);
        }
    }

    /** The request that waits is repeated at whoever is the primary by then, and done once. */
    @Test
    void shouldFindTheNewPrimaryAndRepeatThereWhatHadNoAnswer() throws Exception {
        Path members = folder.resolve("members");
        try (MemberProcess old = MemberProcess.start(folder, 0, "fabric=shm").awaitServing();
                MemberProcess next =
                        MemberProcess.start(folder, 1, "fabric=shm").awaitInSync();
                BlockingSession session = BlockingSession.connectAgain(
                        SessionAddress.ofPrimary(members), ClientId.random(), MemberProcess.PATIENCE_MS * 1_000_000)) {
            MemberProcess.awaitMirrors(folder, 1);
            session.level(Level.MIRRORED);
            key.setUtf8("count");
            assertThat(session.add(key, 5, entry)).isEqualTo(Status.OK);
            long handle = entry.handle();
            old.kill9();
            MemberProcess.membership(folder).want(1);
            session.level(Level.MEMORY);
            assertThat(session.add(key, 7, entry)).isEqualTo(Status.OK);
            assertThat(session.get(handle, entry)).isEqualTo(Status.EPOCH_CHANGED);
            assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(12);
            next.awaitServing();
            Process asked = ApplianceProcess.launcher(
                            List.of("client", "--membership", members.toString(), "get", "count"))
                    .redirectErrorStream(true)
                    .start();
            asked.getInputStream().readAllBytes();
            assertThat(asked.waitFor()).isZero();
        }
    }

    /** Two mirrors: one takes over with the other's promise, and the other goes on from where the log was. */
    @Test
    void shouldGoOnWithTheOtherMirrorBehindATakeover() throws Exception {
        try (MemberProcess primary =
                        MemberProcess.start(folder, 0, "fabric=shm").awaitServing();
                MemberProcess next =
                        MemberProcess.start(folder, 1, "fabric=shm").awaitInSync();
                MemberProcess other =
                        MemberProcess.start(folder, 2, "fabric=shm").awaitInSync()) {
            MemberProcess.awaitMirrors(folder, 2);
            try (BlockingSession session = BlockingSession.connect(primary.dir(), ApplianceProcess.TIMEOUT_NS)) {
                assertThat(put(session, "k", "two", Level.MIRRORED + 1)).isEqualTo(Status.OK);
            }
            primary.kill9();
            promote(1);
            next.awaitServing();
            assertThat(get(next.dir(), "k")).isEqualTo("two");
            assertThat(MemberProcess.membership(folder).configuration().isMirror(2))
                    .isTrue();
            try (BlockingSession session = BlockingSession.connect(next.dir(), ApplianceProcess.TIMEOUT_NS)) {
                assertThat(put(session, "k", "three", Level.MIRRORED)).isEqualTo(Status.OK);
            }
            next.kill9();
            promote(2);
            other.awaitServing();
            assertThat(get(other.dir(), "k")).isEqualTo("three");
        }
    }

    /** No mirror has anything any more, so nobody takes over; the region of the one that was the primary is there. */
    @Test
    void shouldServeAgainWithTheFormerPrimaryWhenAllWereDownAndItIsToldTo() throws Exception {
        try (MemberProcess primary =
                MemberProcess.start(folder, 0, "fabric=shm").awaitServing()) {
            try (MemberProcess mirror =
                    MemberProcess.start(folder, 1, "fabric=shm").awaitInSync()) {
                MemberProcess.awaitMirrors(folder, 1);
                assertThat(put(primary, Level.MIRRORED)).isEqualTo(Status.OK);
                primary.kill9();
                mirror.kill9();
            }
            try (MemberProcess again = MemberProcess.start(folder, 0, "fabric=shm")) {
                again.await("mirror: waits for a primary");
                promote(0);
                again.awaitServing();
                assertThat(get(again.dir(), "k")).isEqualTo("v");
                try (MemberProcess mirror =
                        MemberProcess.start(folder, 1, "fabric=shm").awaitInSync()) {
                    MemberProcess.awaitMirrors(folder, 1);
                    assertThat(mirror.lines()).anyMatch(line -> line.startsWith("mirror ready"));
                }
            }
        }
    }

    /** It would keep this member from knowing what the other does. */
    @Test
    void shouldRefuseToBeAMemberThatAnotherProcessIs() throws Exception {
        try (MemberProcess primary =
                        MemberProcess.start(folder, 0, "fabric=shm").awaitServing();
                MemberProcess other = MemberProcess.startElsewhere(folder, 0, "fabric=shm")) {
            assertThat(other.awaitExit()).isNotZero();
            assertThat(other.lines()).anyMatch(line -> line.contains("another process is member 0"));
            assertThat(put(primary, Level.MEMORY)).isEqualTo(Status.OK);
        }
    }

    /** Slots and blocks keep their numbers, and so handles do. */
    @Test
    void shouldGrowByALargerMirrorThatIsPromoted() throws Exception {
        try (MemberProcess small = MemberProcess.start(folder, 0, "fabric=shm", "anonymous-slots=0")
                        .awaitServing();
                MemberProcess large = MemberProcess.start(
                                folder, 1, "fabric=shm", "anonymous-slots=0", "keyed-slots=131072", "slab-bytes=16m")
                        .awaitInSync()) {
            MemberProcess.awaitMirrors(folder, 1);
            long handle;
            try (BlockingSession session = BlockingSession.connect(small.dir(), ApplianceProcess.TIMEOUT_NS)) {
                assertThat(put(session, "k", "a value that takes a block", Level.MIRRORED))
                        .isEqualTo(Status.OK);
                handle = entry.handle();
            }
            promote(1);
            large.awaitServing();
            try (BlockingSession session = BlockingSession.connect(large.dir(), ApplianceProcess.TIMEOUT_NS)) {
                key.setUtf8("k");
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
                assertThat(entry.handle()).isEqualTo(handle);
                assertThat(entry.value().toUtf8()).isEqualTo("a value that takes a block");
                for (int i = 0; i < 70_000; i++) {
                    assertThat(put(session, "more-" + i, "v", Level.MEMORY)).isEqualTo(Status.OK);
                }
            }
        }
    }

    @Test
    void shouldShareNoFileWithItsPrimaryButTheMembership() throws Exception {
        try (MemberProcess primary =
                        MemberProcess.start(folder, 0, "fabric=tcp;ofi_rxm").awaitServing();
                MemberProcess mirror =
                        MemberProcess.start(folder, 1, "fabric=tcp;ofi_rxm").awaitInSync()) {
            MemberProcess.awaitMirrors(folder, 1);
            Set<String> ofMirror = writable(mirror.pid());
            assertThat(Files.readString(Path.of("/proc", Long.toString(mirror.pid()), "maps")))
                    .contains("libfabric");
            Set<String> shared = new TreeSet<>(writable(primary.pid()));
            shared.retainAll(ofMirror);
            shared.removeIf(file -> file.startsWith("/dev/null")
                    || file.startsWith("/dev/random")
                    || file.startsWith(folder.resolve("members").toString()));
            assertThat(shared).isEmpty();
            assertThat(ofMirror).noneMatch(file -> file.contains("member-0"));
        }
    }

    /** Files that a process has mapped to be written, or open. */
    private static Set<String> writable(long pid) throws IOException {
        Path proc = Path.of("/proc", Long.toString(pid));
        Set<String> files = new TreeSet<>();
        try (Stream<String> maps = Files.lines(proc.resolve("maps"))) {
            files.addAll(maps.filter(line -> line.contains(" rw-s ") && line.contains("/"))
                    .map(line -> line.substring(line.indexOf('/')))
                    .collect(Collectors.toSet()));
        }
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            for (Path descriptor : open.toList()) {
                if (Files.isSymbolicLink(descriptor)) {
                    String target = Files.readSymbolicLink(descriptor).toString();
                    boolean isCode = target.endsWith(".jar") || target.contains("/jvm/") || target.contains("/urandom");
                    if (target.startsWith("/") && !isCode) {
                        files.add(target);
                    }
                }
            }
        }
        return files;
    }
}
