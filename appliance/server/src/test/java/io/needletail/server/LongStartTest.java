package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.client.BlockingSession;
import io.needletail.memory.ForceProbe;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of a start that take longer than Aeron waits for a sign of life, with a shorter patience than the ten seconds it has otherwise. */
class LongStartTest {
    private static final String PATIENCE = "aeron.client.liveness.timeout";
    private static final long OPENING_NS = 6_000_000_000L;

    @AfterEach
    void takeBack() {
        ForceProbe.remove();
        System.clearProperty(PATIENCE);
    }

    /** Holds the first force of the journal's folder up. */
    private static final class SlowDevice implements ForceProbe.Hook {
        private boolean isHeldUp;

        @Override
        public void beforeForce(Path what) {
            if (!isHeldUp && Thread.currentThread().getName().equals("regions")) {
                isHeldUp = true;
                long untilNs = System.nanoTime() + OPENING_NS;
                while (System.nanoTime() - untilNs < 0) {
                    Thread.yield();
                }
            }
        }
    }

    @Test
    void shouldServeThoughItsRegionsTookLongerThanAeronWaits() throws IOException {
        System.setProperty(PATIENCE, "3s");
        SlowDevice device = new SlowDevice();
        ForceProbe.install(device);
        try (RunningAppliance appliance = new RunningAppliance("journal=on", "driver=invoker")) {
            assertThat(device.isHeldUp).isTrue();
            Value value = new Value(16);
            value.setUtf8("there");
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.put(new Key("key"), value, new Entry(16))).isEqualTo(Status.OK);
            }
            assertThat(appliance.appliance().hasFailed()).isFalse();
        }
    }

    @Test
    void shouldTakeTurnsForItsCallerWhileTheTrailIsNotRecorded(@TempDir Path folder) {
        AuditRecorder recorder = new AuditRecorder(folder, AuditRecorder.NOBODY, line -> {}); // which nobody starts
        int[] turns = new int[1];
        assertThatThrownBy(() -> recorder.awaitRecording(() -> {
                    if (++turns[0] == 3) {
                        throw new IllegalStateException("enough");
                    }
                }))
                .hasMessage("enough");
    }
}
