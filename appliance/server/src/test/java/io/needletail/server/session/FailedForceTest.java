package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.ColocatedReader;
import io.needletail.memory.ForceProbe;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.RegionState;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.server.RunningAppliance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A force of the journal that the device refuses, below an appliance that runs: nothing is acknowledged, and nobody is left in doubt. */
class FailedForceTest {
    private final Key key = new Key("limit");
    private final Value value = new Value(64);
    private final Entry entry = new Entry(64);

    /** Fails the forces of journal files while it is armed. */
    private static final class FailingDevice implements ForceProbe.Hook {
        private volatile boolean fails;

        @Override
        public void beforeForce(Path what) throws IOException {
            if (fails && what.toRealPath().toString().contains("/journal/")) {
                throw new IOException("Input/output error");
            }
        }
    }

    private static String logOf(RunningAppliance appliance) {
        try {
            return Files.readString(appliance.dir().resolve("log/appliance.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void removeProbe() {
        ForceProbe.remove();
    }

    /** By UDP an answer goes on its way with the driver's next turn, which may be the shard's own. */
    @ParameterizedTest
    @CsvSource({"IPC, auto", "SHARED, auto", "UDP, invoker", "UDP, shared"})
    void shouldAnswerUnknownStopTheShardTellReadersAndLoseNothingAcknowledged(Way way, String driver) throws Exception {
        FailingDevice device = new FailingDevice();
        ForceProbe.install(device);
        try (RunningAppliance appliance = way.start("journal=on", "driver=" + driver);
                ColocatedReader reader = ColocatedReader.open(appliance.dir().resolve("region/shard-0"))) {
            long handle;
            try (BlockingSession session = way.connect(appliance)) {
                session.level(Level.SYNCED);
                value.setUtf8("acknowledged");
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
                handle = entry.handle();
                assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
                device.fails = true;
                value.setUtf8("unknown");
                int status = session.put(key, value, entry);
                assertThat(status).as(Status.name(status)).isEqualTo(Status.UNKNOWN);
                assertThat(entry.level()) // the force may be quicker than the writer's word that it has appended
                        .isIn(Level.JOURNALED, Level.MEMORY);
            }
            Await.until(
                    "it says that it failed",
                    20_000,
                    () -> appliance.appliance().hasFailed());
            assertThat(appliance.appliance().regions().get(0).engine().live().state())
                    .isEqualTo(RegionState.FAILED);
            assertThat(reader.get(handle, entry)).isEqualTo(Status.REGION_FAILED);
            Await.until("the log says why", 20_000, () -> {
                String log = logOf(appliance);
                return log.contains("the journal cannot be forced")
                        && log.contains("because of ")
                        && log.contains("Input/output error");
            });
            device.fails = false;
            appliance.restart();
            try (BlockingSession session = way.connect(appliance)) {
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
                assertThat(entry.value().toUtf8()).isIn("acknowledged", "unknown");
                value.setUtf8("again");
                session.level(Level.SYNCED);
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
                assertThat(entry.level()).isEqualTo(Level.SYNCED);
            }
        }
    }
}
