package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.needletail.client.BlockingSession;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Value;
import io.needletail.server.RunningAppliance;
import io.needletail.testing.Proof;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Zero bytes an entry of a scan, counted by the JVM for the client's thread, the shard's and the one that answers scans. */
class ScanAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ENTRIES = 2_000;
    /** A million entries may cost what one log line or one late compilation does, but not one byte each. */
    private static final long SLACK_BYTES = 64 * 1024;

    /** Code that is compiled anew in the middle runs interpreted for a while, where vectors are objects; it does not twice. */
    private static final int ATTEMPTS = 3;

    private final Key prefix = new Key("scan:");
    private long seen;
    private final BlockingSession.EntryConsumer counter = (found, value) -> seen++;

    @Test
    void shouldAllocateNothingForAnEntryOfAPage() throws IOException {
        long required = Proof.required(1_000_000, 20_000_000);
        try (RunningAppliance appliance = new RunningAppliance();
                BlockingSession session = appliance.connect()) {
            fill(session);
            long[] threads = {Thread.currentThread().threadId(), threadNamed("shard-0"), threadNamed("scan")};
            for (int i = 0; i < 200; i++) {
                session.scan(prefix, ENTRIES, counter);
            }
            long bytes = Long.MAX_VALUE;
            for (int attempt = 0; attempt < ATTEMPTS && bytes >= SLACK_BYTES; attempt++) {
                long before = allocated(threads);
                seen = 0;
                while (seen < required) {
                    session.scan(prefix, ENTRIES, counter);
                }
                bytes = allocated(threads) - before;
            }
            assertThat(bytes).as("bytes for %d entries", seen).isLessThan(SLACK_BYTES);
            Proof.note("zero-allocation-session-scan", required, seen, 0);
        }
    }

    private static void fill(BlockingSession session) {
        Key key = new Key();
        Value value = new Value(16);
        value.resize(16);
        Entry entry = new Entry(16);
        for (int i = 0; i < ENTRIES; i++) {
            key.clear();
            key.append("scan:").append(i);
            session.put(key, value, entry);
        }
    }

    private static long threadNamed(String name) {
        return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(thread -> thread.getThreadName().contains(name))
                .findFirst()
                .orElseThrow()
                .getThreadId();
    }

    private static long allocated(long[] threads) {
        long sum = 0;
        for (long thread : threads) {
            sum += THREADS.getThreadAllocatedBytes(thread);
        }
        return sum;
    }
}
