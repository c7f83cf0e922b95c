package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.needletail.client.BlockingSession;
import io.needletail.client.RemotePlace;
import io.needletail.client.remote.RemoteReader;
import io.needletail.rdma.LibFabric;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A remote reader and a real appliance, by what its session says. */
class RemoteReaderProcessTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int READS = 20_000;
    private static final long SLACK_BYTES = 64 * 1024;

    private final Entry entry = new Entry(7040);
    private final Value value = new Value(7040);

    @BeforeEach
    void needsLibfabric() {
        assumeTrue(LibFabric.isAvailable(), LibFabric::reason);
    }

    private long put(BlockingSession session, String key, String text) {
        value.setUtf8(text);
        assertThat(session.put(new Key(key), value, entry)).isEqualTo(Status.OK);
        return entry.handle();
    }

    private static RemotePlace place(BlockingSession session) {
        return session.limits().remote().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shm", "tcp;ofi_rxm"})
    void shouldReadEntriesOfAnotherProcessByTheirHandles(String provider) throws IOException {
        try (ApplianceProcess appliance = ApplianceProcess.start("fabric=" + provider);
                BlockingSession session = appliance.connect();
                RemoteReader reader = RemoteReader.open(place(session))) {
            long handle = put(session, "k", "value");
            long version = entry.version();
            String text = "a long one ".repeat(500);
            long longHandle = put(session, "long", text);
            assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().toUtf8()).isEqualTo("value");
            assertThat(entry.version()).isEqualTo(version);
            Batch batch = new Batch(7040);
            batch.add(longHandle);
            batch.add(handle);
            assertThat(reader.get(batch)).isEqualTo(Status.OK);
            assertThat(batch.entry(0).value().toUtf8()).isEqualTo(text);
            assertThat(batch.entry(1).value().toUtf8()).isEqualTo("value");
            session.level(Level.SYNCED);
            assertThat(session.put(handle, value, entry)).isEqualTo(Status.OK);
            assertThat(reader.get(handle, Level.SYNCED, entry)).isEqualTo(Status.OK);
            assertThat(session.delete(handle, entry)).isEqualTo(Status.OK);
            assertThat(reader.get(handle, entry)).isEqualTo(Status.STALE_HANDLE);
        }
    }

    @Test
    void shouldAnswerWithACodeWhenTheApplianceWasKilledOrStopped() throws IOException, InterruptedException {
        try (ApplianceProcess appliance = ApplianceProcess.start("fabric=tcp;ofi_rxm", "lease=500ms");
                BlockingSession session = appliance.connect();
                RemoteReader reader = RemoteReader.open(place(session))) {
            long handle = put(session, "k", "value");
            assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
            appliance.kill9();
            assertThat(reader.get(handle, entry)).isEqualTo(Status.WRITER_UNAVAILABLE);
        }
    }

    /** Of one provider, in the reader's thread; the appliance's is counted where sessions are. */
    @Test
    void shouldAllocateNothingForARead() throws IOException {
        try (ApplianceProcess appliance = ApplianceProcess.start("fabric=shm");
                BlockingSession session = appliance.connect();
                RemoteReader reader = RemoteReader.open(place(session))) {
            Batch batch = new Batch(16);
            for (int i = 0; i < 16; i++) {
                batch.add(put(session, "k" + i, "v" + i));
            }
            readAll(reader, batch);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            readAll(reader, batch);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).isLessThan(SLACK_BYTES);
            Proof.note("zero-allocation-remote-reads", READS, READS, 0);
        }
    }

    private void readAll(RemoteReader reader, Batch batch) {
        for (int i = 0; i < READS; i += 16) {
            int status = reader.get(batch);
            assert status == Status.OK : Status.name(status);
            int single = reader.get(batch.handle(i % 16), entry);
            assert single == Status.OK : Status.name(single);
        }
    }

    @Test
    void shouldSayWhatIsMissingWhenItIsAskedForByName() throws IOException {
        try (ApplianceProcess appliance = ApplianceProcess.start();
                BlockingSession session = appliance.connect()) {
            assertThat(session.limits().remote()).isEmpty();
        }
    }
}
