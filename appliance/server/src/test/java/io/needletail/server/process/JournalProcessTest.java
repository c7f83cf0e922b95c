package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.Session;
import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Real processes, killed while they journal; the region is kept or lost. */
class JournalProcessTest {
    private static final int KEYS = 500;

    private final SplittableRandom random = new SplittableRandom(Seed.of(2911));
    private final Key key = new Key();
    private final Value value = new Value(300);
    private final Entry entry = new Entry(7040);
    /** What the appliance said has been journaled. */
    private final Map<String, String> journaled = new HashMap<>();

    @Test
    void shouldHaveEveryJournaledChangeAfterAKillWithTheRegionAndWithoutIt() throws Exception {
        long rounds = Proof.required(5, 200);
        try (ApplianceProcess first = ApplianceProcess.start("journal=on", "journal-file-bytes=2m")) {
            ApplianceProcess appliance = first;
            for (long round = 0; round < rounds; round++) {
                changeUntilJournaled(first.dir(), round);
                appliance.kill9();
                if (round % 2 == 0) {
                    loseTheRegion(first.dir());
                }
                appliance = ApplianceProcess.startIn(first.dir());
                assertThatAllIsThere(first.dir());
            }
            appliance.close();
        }
        Proof.note("kill-9-with-a-journal", rounds, rounds, 0);
    }

    private void changeUntilJournaled(Path dir, long round) {
        Map<String, String> changed = new HashMap<>();
        try (Session session = Session.connect(dir, ApplianceProcess.TIMEOUT_NS)) {
            BlockingSession blocking = new BlockingSession(session, ApplianceProcess.TIMEOUT_NS);
            for (int i = 0; i < 5_000; i++) {
                String name = "order:" + random.nextInt(KEYS);
                String text = "round " + round + " change " + i + " " + "x".repeat(random.nextInt(200));
                key.setUtf8(name);
                value.setUtf8(text);
                assertThat(blocking.put(key, value, entry)).isEqualTo(Status.OK);
                changed.put(name, text);
            }
            long last = entry.handle();
            Await.until(
                    "the last change is journaled",
                    5_000,
                    () -> blocking.get(last, Level.JOURNALED, entry) == Status.OK);
        }
        journaled.putAll(changed);
    }

    /** As a reboot does. */
    private static void loseTheRegion(Path dir) throws IOException {
        PrivateFiles.deleteTree(Files.readSymbolicLink(dir.resolve("region")));
    }

    private void assertThatAllIsThere(Path dir) {
        try (Session session = Session.connect(dir, ApplianceProcess.TIMEOUT_NS)) {
            BlockingSession blocking = new BlockingSession(session, ApplianceProcess.TIMEOUT_NS);
            journaled.forEach((name, text) -> {
                key.setUtf8(name);
                assertThat(blocking.get(key, entry)).as(name).isEqualTo(Status.OK);
                assertThat(entry.value().toUtf8()).isEqualTo(text);
            });
        }
    }

    @Test
    void shouldRefuseToLeaveItsJournalBehindOrToBeginOneLate() throws Exception {
        try (ApplianceProcess first = ApplianceProcess.start("journal=on")) {
            first.terminate();
            assertThat(refusal(first.dir(), "journal=off")).contains("would fall behind", "--fresh");
            try (ApplianceProcess fresh = ApplianceProcess.startIn(first.dir(), "--fresh", "--set", "journal=off")) {
                changeOnce(first.dir());
                fresh.terminate();
                assertThat(refusal(first.dir(), "journal=on")).contains("set journal=off", "--fresh");
                ApplianceProcess.startIn(first.dir(), "--set", "journal=off").close();
            }
        }
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

    private void changeOnce(Path dir) {
        try (Session session = Session.connect(dir, ApplianceProcess.TIMEOUT_NS)) {
            key.setUtf8("one");
            value.setUtf8("change");
            assertThat(new BlockingSession(session, ApplianceProcess.TIMEOUT_NS).put(key, value, entry))
                    .isEqualTo(Status.OK);
        }
    }
}
