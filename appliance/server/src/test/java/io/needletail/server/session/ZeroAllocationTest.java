package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.needletail.client.BlockingSession;
import io.needletail.client.ColocatedReader;
import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Cache;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.EntryReader;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.RunningAppliance;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Zero bytes an operation after start, counted by the JVM for the threads that do the work. */
class ZeroAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUND = 1_000;
    /** A million operations may cost what one log line or one late compilation does, but not one byte each. */
    private static final long SLACK_BYTES = 64 * 1024;

    /** Code that is compiled anew in the middle runs interpreted for a while, where vectors are objects; it does not twice. */
    private static final int ATTEMPTS = 3;

    /**
     * The media driver, which has the shard's thread here, takes some 50 bytes a turn, of 384 requests, when other tests of this JVM
     * have used it in other ways before: its iterators are objects then. An object for one request in a hundred would be more.
     */
    private static final long OPERATIONS_PER_BYTE_OF_DRIVER = 4;

    private static final long HOUR_NS = 3_600_000_000_000L;

    private final Key key = new Key("alloc:1");
    private final Key expiring = new Key("alloc:expiring");
    private final Key longKey = new Key("alloc:a-key-that-takes-a-block-of-the-slab");
    private final Value value = new Value(16);
    private final Value longValue = new Value(300);
    private final Entry entry = new Entry(7040);

    @Test
    void shouldAllocateNothingInTheEmbeddedTier() {
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), 1)) {
            ShardEngine engine = ShardEngine.attach(region.segment());
            engine.serve();
            long me = Thread.currentThread().threadId();
            proveEveryOperation("embedded", engine, new long[] {me});
        }
    }

    @Test
    void shouldAllocateNothingOverASessionOnEitherSide() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance();
                BlockingSession session = appliance.connect()) {
            long[] threads = {Thread.currentThread().threadId(), threadNamed("shard-0")};
            proveEveryOperation("session", session, threads);
            session.put(key, value, entry);
            long handle = entry.handle();
            prove("session-revalidate", threads, 1, () -> session.revalidate(handle, key, entry));
            prove("session-ping", threads, 1, session::ping);
            proveScans(session);
            try (ColocatedReader reader =
                    ColocatedReader.open(Path.of(session.limits().regionPath()))) {
                proveReads("reader", reader, handle, new long[] {threads[0]});
            }
        }
    }

    @Test
    void shouldAllocateNothingOverASharedPublication() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("latency-lanes=0");
                BlockingSession session = appliance.connect()) {
            assertThat(session.limits().isShared()).isTrue();
            long[] threads = {Thread.currentThread().threadId(), threadNamed("shard-0")};
            assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            long handle = entry.handle();
            prove("shared-get", threads, 1, () -> session.get(handle, entry));
            prove("shared-put", threads, 1, () -> session.put(handle, value, entry));
        }
    }

    /** An entry of a page is one operation; the scan agent's thread is counted with the others. */
    private void proveScans(BlockingSession session) {
        int entries = 2_000;
        for (int i = 0; i < entries; i++) {
            key.clear();
            key.append("scan:").append(i);
            session.put(key, value, entry);
        }
        Key prefix = new Key("scan:");
        long[] seen = new long[1];
        BlockingSession.EntryConsumer counter = (found, value) -> seen[0]++;
        long[] threads = {Thread.currentThread().threadId(), threadNamed("shard-0"), threadNamed("scan")};
        for (int i = 0; i < 200; i++) {
            session.scan(prefix, entries, counter);
        }
        long required = Proof.required(1_000_000, 20_000_000);
        long bytes = Long.MAX_VALUE;
        for (int attempt = 0; attempt < ATTEMPTS && bytes >= SLACK_BYTES; attempt++) {
            long before = allocated(threads);
            seen[0] = 0;
            while (seen[0] < required) {
                session.scan(prefix, entries, counter);
            }
            bytes = allocated(threads) - before;
        }
        assertThat(bytes).as("bytes for %d entries", seen[0]).isLessThan(SLACK_BYTES);
        Proof.note("zero-allocation-session-scan", required, seen[0], 0);
        key.setUtf8("alloc:1");
    }

    private static long threadNamed(String name) {
        return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(thread -> thread.getThreadName().contains(name))
                .findFirst()
                .orElseThrow()
                .getThreadId();
    }

    private void proveEveryOperation(String tier, Cache cache, long[] threads) {
        value.resize(16);
        longValue.resize(300);
        prove(tier + "-insert-get-delete", threads, 3, () -> {
            cache.insert(key, value, entry);
            cache.get(key, entry);
            cache.delete(key, entry);
        });
        prove(tier + "-slab-keys-and-values", threads, 3, () -> {
            cache.put(longKey, longValue, entry);
            cache.get(longKey, entry);
            cache.delete(entry.handle(), entry);
        });
        prove(tier + "-misses", threads, 3, () -> {
            cache.get(longKey, entry);
            cache.get(1L << 32, entry);
            cache.delete(longKey, entry);
        });
        cache.put(key, value, entry);
        long handle = entry.handle();
        prove(tier + "-put-by-handle", threads, 1, () -> cache.put(handle, value, entry));
        prove(tier + "-put-by-key", threads, 1, () -> cache.put(key, value, entry));
        prove(tier + "-put-if", threads, 2, () -> {
            cache.get(handle, entry);
            cache.putIf(handle, entry.version(), value, entry);
            cache.putIf(key, 1, value, entry);
        });
        prove(tier + "-add-clear", threads, 3, () -> {
            cache.clear(handle, entry);
            cache.add(handle, 7, entry);
            cache.add(key, -9, entry);
        });
        prove(tier + "-put-for-touch", threads, 2, () -> {
            cache.putFor(handle, HOUR_NS, value, entry);
            cache.touch(key, HOUR_NS, entry);
        });
        prove(tier + "-expire", threads, 1, () -> cache.putFor(expiring, 1, value, entry));
        prove(tier + "-allocate-free", threads, 2, () -> {
            cache.allocate(entry);
            cache.delete(entry.handle(), entry);
        });
        proveBatches(tier, cache, threads);
        cache.put(key, value, entry);
        prove(tier + "-resolve", threads, 1, () -> cache.resolve(key, true, entry));
        proveReads(tier, cache, handle, threads);
    }

    /** An entry of a batch is one operation. */
    private void proveBatches(String tier, Cache cache, long[] threads) {
        Batch batch = new Batch(64);
        Group group = new Group(64);
        for (int i = 0; i < 16; i++) {
            key.clear();
            key.append("batch:").append(i);
            batch.add(key, value);
            group.add(key, Group.ANY_VERSION, 1);
        }
        cache.put(batch);
        prove(tier + "-batches", threads, 64, () -> {
            cache.get(batch);
            cache.resolve(batch, true);
            cache.put(batch);
            cache.get(batch);
        });
        for (int i = 0; i < 16; i++) {
            cache.clear(batch.key(i), entry);
        }
        prove(tier + "-groups", threads, 16, () -> cache.apply(group));
        assertThat(group.batch().status(15)).isEqualTo(Status.OK);
        key.setUtf8("alloc:1");
    }

    private void proveReads(String tier, EntryReader reader, long handle, long[] threads) {
        prove(tier + "-get-by-handle", threads, 1, () -> reader.get(handle, entry));
        assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
    }

    private static void prove(String name, long[] threads, int operationsARound, Runnable round) {
        long required = Proof.required(1_000_000, 20_000_000);
        for (int i = 0; i < 100 * ROUND; i++) {
            round.run();
        }
        long rounds = required + ROUND - required % ROUND;
        long bytes = Long.MAX_VALUE;
        long done = rounds * operationsARound;
        long slack = threads.length == 1 ? SLACK_BYTES : Math.max(SLACK_BYTES, done / OPERATIONS_PER_BYTE_OF_DRIVER);
        for (int attempt = 0; attempt < ATTEMPTS && bytes >= slack; attempt++) {
            bytes = allocatedBy(threads, rounds, round);
        }
        assertThat(bytes).as("%s: bytes in %d operations", name, done).isLessThan(slack);
        Proof.note("zero-allocation-" + name, required, done, 0);
    }

    private static long allocatedBy(long[] threads, long rounds, Runnable round) {
        long before = allocated(threads);
        for (long i = 0; i < rounds; i++) {
            round.run();
        }
        return allocated(threads) - before;
    }

    private static long allocated(long[] threads) {
        long sum = 0;
        for (long thread : threads) {
            sum += THREADS.getThreadAllocatedBytes(thread);
        }
        return sum;
    }
}
