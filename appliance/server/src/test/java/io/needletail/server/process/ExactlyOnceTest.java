package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.ClientId;
import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.testing.Proof;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client adds to a number, over and over, while the appliance is killed with signal 9 and started again. It repeats what was
 * not answered; in the end the number is the count of its additions, and each of the two accounts of its groups has its part.
 */
class ExactlyOnceTest {
    private static final long TIMEOUT_NS = 60_000_000_000L;

    /** With the region kept, and with the region lost each time: then a change is done when the journal has it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldDoEveryRepeatedChangeOnceOverKillsOfTheAppliance(boolean losesRegion) throws Exception {
        long kills = Proof.required(4, 50);
        ApplianceProcess appliance = ApplianceProcess.start("liveness-timeout=300ms");
        try {
            Adder adder = new Adder(appliance.dir(), losesRegion ? Level.SYNCED : Level.MEMORY);
            Thread thread = Thread.ofPlatform().start(adder);
            for (long kill = 0; kill < kills; kill++) {
                long before = adder.done;
                awaitMoreThan(adder, before + 200);
                appliance.kill9();
                if (losesRegion) {
                    PrivateFiles.deleteTree(
                            Files.readSymbolicLink(appliance.dir().resolve("region")));
                }
                appliance = ApplianceProcess.startIn(appliance.dir());
            }
            awaitMoreThan(adder, adder.done + 200);
            adder.stopped = true;
            thread.join();
            assertThat(adder.failure).isNull();
            assertSums(appliance, adder);
            System.out.println("done=" + adder.done + " known from before=" + adder.doneBefore);
            Proof.note("exactly-once-over-kill-9" + (losesRegion ? "-region-lost" : ""), kills, kills, 0);
        } finally {
            Path dir = appliance.dir();
            appliance.close();
            ApplianceProcess.remove(dir);
        }
    }

    private static void awaitMoreThan(Adder adder, long done) {
        io.needletail.server.Await.until(
                "the client goes on: " + adder.failure, 60_000, () -> adder.done > done || adder.failure != null);
    }

    private static void assertSums(ApplianceProcess appliance, Adder adder) {
        try (BlockingSession session = appliance.connect()) {
            Entry entry = new Entry(16);
            assertThat(session.get(new Key("sum"), entry)).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(adder.done);
            assertThat(session.get(new Key("from"), entry)).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(-adder.done);
            assertThat(session.get(new Key("to"), entry)).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(adder.done);
        }
    }

    private static final class Adder implements Runnable {
        private final Path dir;
        private final int level;
        private final Key sum = new Key("sum");
        private final Entry entry = new Entry(16);
        private final Group transfer = new Group(16);
        private volatile long done;
        private volatile long doneBefore;
        private volatile boolean stopped;
        private volatile Throwable failure;

        Adder(Path dir, int level) {
            this.dir = dir;
            this.level = level;
            transfer.add(new Key("from"), Group.ANY_VERSION, -1);
            transfer.add(new Key("to"), Group.ANY_VERSION, 1);
        }

        @Override
        public void run() {
            try (BlockingSession session = BlockingSession.connectAgain(dir, ClientId.random(), TIMEOUT_NS)) {
                session.level(level);
                while (!stopped) {
                    take(session.add(sum, 1, entry));
                    take(session.apply(transfer));
                    done++;
                }
            } catch (Throwable e) {
                failure = e;
            }
        }

        private void take(int status) {
            if (status == Status.DONE_BEFORE) {
                doneBefore++;
            } else if (status != Status.OK) {
                throw new AssertionError(Status.name(status));
            }
        }
    }
}
