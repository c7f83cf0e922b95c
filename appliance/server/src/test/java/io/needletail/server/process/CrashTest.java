package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.CloseCause;
import io.needletail.client.ColocatedReader;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.server.Counter;
import io.needletail.server.CountersFile;
import io.needletail.server.session.Way;
import io.needletail.testing.Proof;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills real processes with signal 9 and looks at what the others notice. */
class CrashTest {
    private static final long LIVENESS_MS = 1_000;

    private final Key key = new Key("crash:1");
    private final Value value = new Value(64);
    private final Entry entry = new Entry(7040);

    /** With the region kept, and every other time with the region lost. */
    @Test
    void shouldCloseSessionsReportUnknownAndServeAgainAfterTheApplianceIsKilled() throws Exception {
        long rounds = Proof.required(4, 50);
        try (ApplianceProcess first = ApplianceProcess.start()) {
            ApplianceProcess appliance = first;
            for (long round = 0; round < rounds; round++) {
                appliance = killAndComeBack(appliance, round % 2 == 1);
            }
            appliance.close();
        }
        Proof.note("kill-9-of-the-appliance", rounds, rounds, 0);
    }

    /** Answers the process that runs afterwards. */
    private ApplianceProcess killAndComeBack(ApplianceProcess appliance, boolean losesRegion) throws Exception {
        try (Session session = Session.connect(appliance.dir(), ApplianceProcess.TIMEOUT_NS)) {
            BlockingSession blocking = new BlockingSession(session, ApplianceProcess.TIMEOUT_NS);
            session.level(losesRegion ? Level.SYNCED : Level.MEMORY);
            value.setUtf8("survives " + appliance.pid());
            assertThat(blocking.put(key, value, entry)).isEqualTo(Status.OK);
            long handle = entry.handle();
            long version = entry.version();
            ColocatedReader reader =
                    ColocatedReader.open(Path.of(session.limits().regionPath()));
            assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);

            Unanswered unanswered = new Unanswered(); // in flight while it dies
            appliance.kill9();
            List<Long> sent = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                sent.add(session.get(handle));
            }
            long closedAfterMs = pollUntilClosed(session, unanswered);
            assertThat(closedAfterMs).isLessThan(5_000);
            assertThat(unanswered.cause).isEqualTo(CloseCause.SERVER_LOST);
            assertThat(unanswered.unknown).isEqualTo(sent);

            if (losesRegion) {
                PrivateFiles.deleteTree(Files.readSymbolicLink(appliance.dir().resolve("region")));
            }
            ApplianceProcess again = ApplianceProcess.startIn(appliance.dir());
            assertThat(again.readyAfterMs()).isLessThan(10_000);
            lookWith(reader, handle, losesRegion);
            reader.close();
            comeBack(session, blocking, handle, version, "survives " + appliance.pid());
            return again;
        }
    }

    /** Who has a region mapped that is gone knows by its lease that nobody writes to it. */
    private void lookWith(ColocatedReader reader, long handle, boolean isGone) {
        if (isGone) {
            assertThat(reader.isWriterAlive()).isFalse();
            return;
        }
        assertThat(reader.get(handle, entry)).isEqualTo(Status.EPOCH_CHANGED);
        reader.adoptEpoch();
        assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
    }

    private void comeBack(Session session, BlockingSession blocking, long handle, long version, String expected) {
        session.reconnect();
        assertThat(blocking.get(handle, entry)).isEqualTo(Status.EPOCH_CHANGED);
        assertThat(blocking.put(handle, value, entry)).isEqualTo(Status.EPOCH_CHANGED);
        assertThat(blocking.delete(handle, entry)).isEqualTo(Status.EPOCH_CHANGED);
        Key gone = new Key("never-there");
        long[] handles = {handle, handle};
        assertThat(blocking.revalidate(handles, new Key[] {key, gone}, entry)).isEqualTo(Status.OK);
        assertThat(handles[1]).isZero();
        assertThat(blocking.get(handles[0], entry)).isEqualTo(Status.OK);
        assertThat(entry.value().toUtf8()).isEqualTo(expected);
        assertThat(entry.version()).isEqualTo(version);
        assertThat(blocking.put(handles[0], value, entry)).isEqualTo(Status.OK);
        assertThat(entry.version()).isGreaterThan(version + (1L << 31));
    }

    private static long pollUntilClosed(Session session, Unanswered handler) {
        long beginNs = System.nanoTime();
        while (session.poll(handler, 10) != Session.CLOSED) {
            Thread.onSpinWait();
        }
        return (System.nanoTime() - beginNs) / 1_000_000;
    }

    private static final class Unanswered implements ResultHandler {
        private final List<Long> unknown = new ArrayList<>();
        private CloseCause cause;

        @Override
        public void onResult(long id, int status, Entry entry) {
            assertThat(status).isEqualTo(Status.UNKNOWN);
            unknown.add(id);
        }

        @Override
        public void onClosed(CloseCause closeCause, String text) {
            cause = closeCause;
        }
    }

    @Test
    void shouldAnswerEpochChangedToHandlesOfARegionThatWasDiscarded() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start();
                Session session = Session.connect(appliance.dir(), ApplianceProcess.TIMEOUT_NS)) {
            BlockingSession blocking = new BlockingSession(session, ApplianceProcess.TIMEOUT_NS);
            value.setUtf8("mine");
            assertThat(blocking.put(key, value, entry)).isEqualTo(Status.OK);
            long handle = entry.handle();
            long epoch = session.limits().epoch();
            ColocatedReader reader =
                    ColocatedReader.open(Path.of(session.limits().regionPath()));
            appliance.kill9();
            try (ApplianceProcess fresh = ApplianceProcess.startIn(appliance.dir(), "--fresh")) {
                assertThat(reader.get(handle, entry)).isEqualTo(Status.REGION_RETIRED);
                reader.close();
                try (BlockingSession other = fresh.connect()) {
                    value.setUtf8("theirs");
                    assertThat(other.put(new Key("theirs"), value, entry)).isEqualTo(Status.OK);
                    assertThat(entry.handle())
                            .as("the same slot and generation")
                            .isEqualTo(handle);
                }
                session.reconnect();
                assertThat(session.limits().epoch()).isGreaterThan(epoch);
                assertThat(blocking.get(handle, entry)).isEqualTo(Status.EPOCH_CHANGED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldDropAKilledClientWithinTheLivenessTimeoutAndDelayNobody(Way way) throws Exception {
        List<String> settings = new ArrayList<>(way.settings());
        settings.add("liveness-timeout=" + LIVENESS_MS + "ms");
        try (ApplianceProcess appliance = ApplianceProcess.start(settings.toArray(String[]::new))) {
            Process client = TestJvm.start(HoldSessionMain.class, clientArguments(appliance, settings));
            try (BufferedReader output = client.inputReader();
                    BlockingSession bystander = connectBeside(appliance, output)) {
                CountersReader counters = CountersFile.open(appliance.dir().resolve("counters"));
                assertThat(counters.getCounterValue(Counter.SESSIONS.ordinal())).isEqualTo(2);
                client.destroyForcibly().waitFor();
                long killedNs = System.nanoTime();
                long longestNs = 0;
                while (counters.getCounterValue(Counter.SESSIONS.ordinal()) > 1) {
                    longestNs = Math.max(longestNs, roundTripNs(bystander));
                    assertThat((System.nanoTime() - killedNs) / 1_000_000)
                            .as("ms until the session was gone")
                            .isLessThan(LIVENESS_MS + 500);
                }
                longestNs = Math.max(longestNs, roundTripNs(bystander));
                assertThat(longestNs / 1_000_000)
                        .as("longest ms without an answer")
                        .isLessThan(100);
            } finally {
                client.destroyForcibly();
            }
            Proof.note("kill-9-of-a-client-" + way.name().toLowerCase(Locale.ROOT), 1, 1, 0);
        }
    }

    /** Once the other one works: nobody would hear of the bystander while that one's JVM starts. */
    private static BlockingSession connectBeside(ApplianceProcess appliance, BufferedReader output) throws IOException {
        assertThat(output.readLine()).isEqualTo("working");
        return appliance.connect();
    }

    @Test
    void shouldAnswerTheOthersAtOnceWhenAClientIsKilledWithinAMessageOnTheSharedPublication() throws Exception {
        long rounds = Proof.required(2, 50);
        try (ApplianceProcess appliance = ApplianceProcess.start("latency-lanes=0")) {
            CountersReader counters = CountersFile.open(appliance.dir().resolve("counters"));
            for (long round = 1; round <= rounds; round++) {
                Process client = TestJvm.start(HoldSessionMain.class, appliance.dir(), "half");
                try (BufferedReader output = client.inputReader();
                        BlockingSession bystander = connectBeside(appliance, output)) {
                    client.destroyForcibly().waitFor();
                    assertThat(roundTripNs(bystander) / 1_000_000).isLessThan(500);
                    long expected = round; // counted right after the shard can go on
                    Await.until(
                            "it is counted",
                            5_000,
                            () -> counters.getCounterValue(Counter.SHARED_UNBLOCKED.ordinal()) == expected);
                } finally {
                    client.destroyForcibly();
                }
            }
            assertThat(counters.getCounterValue(Counter.LIVENESS_TIMEOUTS.ordinal()))
                    .as("of those alive")
                    .isLessThanOrEqualTo(rounds);
        }
        Proof.note("kill-9-within-a-shared-message", rounds, rounds, 0);
    }

    private static Object[] clientArguments(ApplianceProcess appliance, List<String> settings) {
        return Stream.concat(
                        Stream.of(appliance.dir(), "session"),
                        settings.stream()
                                .filter(setting -> setting.startsWith("udp="))
                                .map(setting -> setting.substring("udp=".length())))
                .toArray();
    }

    private long roundTripNs(BlockingSession session) {
        long beginNs = System.nanoTime();
        assertThat(session.get(key, entry)).isEqualTo(Status.NOT_FOUND);
        return System.nanoTime() - beginNs;
    }

    @Test
    void shouldNotNoticeAKilledReader() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start();
                BlockingSession bystander = appliance.connect()) {
            Process reader = TestJvm.start(HoldSessionMain.class, appliance.dir(), "reader");
            try (BufferedReader output = reader.inputReader()) {
                assertThat(output.readLine()).isEqualTo("working");
                CountersReader counters = CountersFile.open(appliance.dir().resolve("counters"));
                Await.until(
                        "its session is closed",
                        5_000,
                        () -> counters.getCounterValue(Counter.SESSIONS.ordinal()) == 1);
                long closed = counters.getCounterValue(Counter.SESSIONS_CLOSED.ordinal());
                reader.destroyForcibly().waitFor();
                long longestNs = 0;
                for (int i = 0; i < 20_000; i++) {
                    longestNs = Math.max(longestNs, roundTripNs(bystander));
                }
                assertThat(longestNs / 1_000_000).isLessThan(100);
                assertThat(counters.getCounterValue(Counter.SESSIONS_CLOSED.ordinal()))
                        .isEqualTo(closed);
                assertThat(counters.getCounterValue(Counter.ERRORS.ordinal())).isZero();
            } finally {
                reader.destroyForcibly();
            }
            Proof.note("kill-9-of-a-reader", 1, 1, 0);
        }
    }

    @Test
    void shouldTellAReaderWhenTheApplianceStopsCleanlyAndKeepTheRegion() throws IOException, InterruptedException {
        try (ApplianceProcess appliance = ApplianceProcess.start()) {
            long handle;
            ColocatedReader reader;
            try (BlockingSession session = appliance.connect()) {
                value.setUtf8("kept");
                session.put(key, value, entry);
                handle = entry.handle();
                reader = ColocatedReader.open(Path.of(session.limits().regionPath()));
            }
            assertThat(reader.isWriterAlive()).isTrue();
            assertThat(appliance.terminate()).isZero();
            assertThat(reader.get(handle, entry)).isEqualTo(Status.WRITER_UNAVAILABLE);
            assertThat(reader.isWriterAlive()).isFalse();
            try (ApplianceProcess again = ApplianceProcess.startIn(appliance.dir());
                    BlockingSession session = again.connect()) {
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
                assertThat(entry.value().toUtf8()).isEqualTo("kept");
            }
            reader.close();
        }
    }
}
