package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.needletail.client.BlockingSession;
import io.needletail.client.ColocatedReader;
import io.needletail.client.SessionAddress;
import io.needletail.client.UdpEndpoint;
import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Cache;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.EntryReader;
import io.needletail.registry.view.EntryView;
import io.needletail.registry.view.EntryViews;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.ShortKeys;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Counter;
import io.needletail.server.CountersFile;
import io.needletail.server.RunningAppliance;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;

/** Zero bytes an operation after start, counted by the JVM for the threads that do the work. */
class ZeroAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UPS = 200_000;
    /** The compiler has had its say. */
    private static final int LEAST_WARM_UPS = 15_000;

    /** The media driver is turned once in some 390 messages: only after so many is its code compiled, and keeps no objects. */
    private static final int DRIVER_WARM_UPS = 5_000_000;

    /** A million operations may cost what one log line or one late compilation does, but not one byte each. */
    private static final long SLACK_BYTES = 64 * 1024;

    /** Of large values and by UDP: the smallest object for each of 10,000 is still over the slack. */
    private static final int FEW = 10;

    private static final int FEWER = 100;

    /** Code that is compiled anew in the middle runs interpreted for a while, where vectors are objects; it does not twice. */
    private static final int ATTEMPTS = 3;

    /** Gigabytes that a slow disk has yet to take. */
    private static final long DISK_TIMEOUT_NS = 240_000_000_000L;

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
            proveEveryOperation("embedded", engine, ZeroAllocationTest::allocatedHere);
            proveViews(engine);
        }
    }

    /** In processes of their own, as in use: what another test has done with the same code decides what a compiler leaves out. */
    @Test
    void shouldAllocateNothingOverASessionOnEitherSide() throws IOException {
        try (ApplianceProcess appliance = ApplianceProcess.start();
                BlockingSession session = appliance.connect()) {
            LongSupplier allocated = bothSides(appliance, session);
            proveEveryOperation("session", session, allocated);
            putOnceAccepted(session);
            long handle = entry.handle();
            prove("session-revalidate", allocated, 1, () -> session.revalidate(handle, key, entry));
            prove("session-ping", allocated, 1, session::ping);
            try (ColocatedReader reader =
                    ColocatedReader.open(Path.of(session.limits().regionPath()))) {
                proveReads("reader", reader, handle, ZeroAllocationTest::allocatedHere);
            }
        }
    }

    @Test
    void shouldAllocateNothingOverASharedPublication() throws IOException {
        try (ApplianceProcess appliance = ApplianceProcess.start("latency-lanes=0");
                BlockingSession session = appliance.connect()) {
            assertThat(session.limits().isShared()).isTrue();
            LongSupplier allocated = bothSides(appliance, session);
            assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            long handle = entry.handle();
            for (int i = 0; i < DRIVER_WARM_UPS; i++) {
                session.get(handle, entry);
            }
            prove("shared-get", allocated, 1, () -> session.get(handle, entry));
            prove("shared-put", allocated, 1, () -> session.put(handle, value, entry));
        }
    }

    @Test
    void shouldAllocateNothingForLargeValues() throws IOException {
        try (ApplianceProcess appliance = ApplianceProcess.start();
                BlockingSession session = appliance.connect()) {
            LongSupplier allocated = bothSides(appliance, session);
            Value largeValue = new Value(20_000);
            largeValue.resize(largeValue.capacity());
            Entry largeEntry = new Entry(20_000);
            prove("session-large-values", allocated, 2, FEW, () -> {
                session.put(key, largeValue, largeEntry);
                session.get(key, largeEntry);
            });
            assertThat(session.get(key, largeEntry)).isEqualTo(Status.OK);
            assertThat(largeEntry.value().length()).isEqualTo(20_000);
        }
    }

    @Test
    void shouldAllocateNothingByUdp() throws IOException {
        String udp = RunningAppliance.udpOption();
        try (ApplianceProcess appliance = ApplianceProcess.start(udp);
                BlockingSession session = BlockingSession.connect(
                        SessionAddress.udp(
                                appliance.dir().resolve("aeron"), UdpEndpoint.parse(udp.substring("udp=".length()))),
                        ApplianceProcess.TIMEOUT_NS)) {
            LongSupplier allocated = bothSides(appliance, session);
            assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            long handle = entry.handle();
            prove("udp-put-get", allocated, 2, FEWER, () -> {
                session.put(handle, value, entry);
                session.get(handle, entry);
            });
        }
    }

    private static long allocatedHere() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** This thread's and the shard's, with the media driver that it turns, as its counter says it. */
    private static LongSupplier bothSides(ApplianceProcess appliance, BlockingSession session) throws IOException {
        CountersReader counters = CountersFile.open(appliance.dir().resolve("counters"));
        return () -> {
            awaitPublished(counters, session);
            awaitPublished(counters, session); // the first may have been under way
            return allocatedHere() + counters.getCounterValue(Counter.SHARD_ALLOCATED.ordinal());
        };
    }

    private static void awaitPublished(CountersReader counters, BlockingSession session) {
        long before = counters.getCounterValue(Counter.REQUESTS.ordinal());
        while (counters.getCounterValue(Counter.REQUESTS.ordinal()) == before) {
            if (session.ping()
                    != Status.OK) { // compared by hand: an assertion would allocate on the thread that is measured
                throw new AssertionError("no answer to a ping");
            }
        }
    }

    private void proveEveryOperation(String tier, Cache cache, LongSupplier allocated) {
        value.resize(16);
        longValue.resize(300);
        prove(tier + "-insert-get-delete", allocated, 3, () -> {
            cache.insert(key, value, entry);
            cache.get(key, entry);
            cache.delete(key, entry);
        });
        prove(tier + "-slab-keys-and-values", allocated, 3, () -> {
            cache.put(longKey, longValue, entry);
            cache.get(longKey, entry);
            cache.delete(entry.handle(), entry);
        });
        prove(tier + "-misses", allocated, 3, () -> {
            cache.get(longKey, entry);
            cache.get(1L << 32, entry);
            cache.delete(longKey, entry);
        });
        putOnceAccepted(cache);
        long handle = entry.handle();
        prove(tier + "-put-by-handle", allocated, 1, () -> cache.put(handle, value, entry));
        prove(tier + "-put-by-key", allocated, 1, () -> cache.put(key, value, entry));
        prove(tier + "-put-if", allocated, 2, () -> {
            cache.get(handle, entry);
            cache.putIf(handle, entry.version(), value, entry);
            cache.putIf(key, 1, value, entry);
        });
        prove(tier + "-add-clear", allocated, 3, () -> {
            cache.clear(handle, entry);
            cache.add(handle, 7, entry);
            cache.add(key, -9, entry);
        });
        prove(tier + "-put-for-touch", allocated, 2, () -> {
            cache.putFor(handle, HOUR_NS, value, entry);
            cache.touch(key, HOUR_NS, entry);
        });
        prove(tier + "-expire", allocated, 1, () -> cache.putFor(expiring, 1, value, entry));
        prove(tier + "-allocate-free", allocated, 2, () -> {
            cache.allocate(entry);
            cache.delete(entry.handle(), entry);
        });
        proveBatches(tier, cache, allocated);
        putOnceAccepted(cache);
        prove(tier + "-resolve", allocated, 1, () -> cache.resolve(key, true, entry));
        proveReads(tier, cache, handle, allocated);
    }

    private void putOnceAccepted(Cache cache) {
        awaitAccepted(() -> cache.put(key, value, entry));
    }

    /** What came before was sent faster than a disk takes it: writes are refused until the journal has caught up. */
    private static void awaitAccepted(IntSupplier write) {
        long deadlineNs = System.nanoTime() + DISK_TIMEOUT_NS;
        int status = write.getAsInt();
        while (status == Status.BACK_PRESSURED && System.nanoTime() - deadlineNs < 0) {
            Thread.onSpinWait();
            status = write.getAsInt();
        }
        assertThat(Status.name(status)).isEqualTo("OK");
    }

    private static int firstNotOk(Batch batch) {
        for (int i = 0; i < batch.length(); i++) {
            if (batch.status(i) != Status.OK) {
                return batch.status(i);
            }
        }
        return Status.OK;
    }

    /** An entry of a batch is one operation. */
    private void proveBatches(String tier, Cache cache, LongSupplier allocated) {
        Batch batch = new Batch(64);
        Group group = new Group(64);
        for (int i = 0; i < 16; i++) {
            key.clear();
            key.append("batch:").append(i);
            batch.add(key, value);
            group.add(key, Group.ANY_VERSION, 1);
        }
        awaitAccepted(() -> {
            cache.put(batch);
            return firstNotOk(batch);
        });
        prove(tier + "-batches", allocated, 64, () -> {
            cache.get(batch);
            cache.resolve(batch, true);
            cache.put(batch);
            cache.get(batch);
        });
        Batch byHandle = new Batch(64);
        for (int i = 0; i < 16; i++) {
            byHandle.add(batch.entry(i).handle());
        }
        prove(tier + "-batches-by-handle", allocated, 16, () -> cache.get(byHandle));
        assertThat(byHandle.status(15)).isEqualTo(Status.OK);
        for (int i = 0; i < 16; i++) {
            cache.clear(batch.key(i), entry);
        }
        prove(tier + "-groups", allocated, 16, () -> cache.apply(group));
        assertThat(group.batch().status(15)).isEqualTo(Status.OK);
        key.setUtf8("alloc:1");
    }

    private void proveViews(ShardEngine engine) {
        EntryView view = new EntryView();
        EntryViews views = new EntryViews();
        ShortKeys keys = new ShortKeys();
        engine.put(key, value, entry);
        long[] handles = new long[16];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = entry.handle();
        }
        prove("embedded-views", ZeroAllocationTest::allocatedHere, 34, () -> {
            engine.get(handles[0], view);
            engine.get(key.word0(), key.word1(), key.length(), view);
            engine.get(handles, 0, handles.length, views);
            keys.clear();
            for (int i = 0; i < 16; i++) {
                keys.add(key);
            }
            engine.get(keys, views);
        });
        assertThat(views.status(15)).isEqualTo(Status.OK);
    }

    private void proveReads(String tier, EntryReader reader, long handle, LongSupplier allocated) {
        prove(tier + "-get-by-handle", allocated, 1, () -> reader.get(handle, entry));
        assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
    }

    private static void prove(String name, LongSupplier allocated, int operationsARound, Runnable round) {
        prove(name, allocated, operationsARound, 1, round);
    }

    /** @param fewer how many times fewer than a million, of what takes that much longer */
    private static void prove(String name, LongSupplier allocated, int operationsARound, int fewer, Runnable round) {
        long required = Proof.required(1_000_000, 20_000_000) / fewer;
        long warmUps = Math.max(WARM_UPS / operationsARound, LEAST_WARM_UPS) / fewer;
        for (long i = 0; i < warmUps; i++) {
            round.run();
        }
        long rounds = required / operationsARound + 1;
        long bytes = Long.MAX_VALUE;
        long done = rounds * operationsARound;
        for (int attempt = 0; attempt < ATTEMPTS && bytes >= SLACK_BYTES; attempt++) {
            bytes = allocatedBy(allocated, rounds, round);
        }
        assertThat(bytes).as("%s: bytes in %d operations", name, done).isLessThan(SLACK_BYTES);
        Proof.note("zero-allocation-" + name, required, done, 0);
    }

    private static long allocatedBy(LongSupplier allocated, long rounds, Runnable round) {
        long before = allocated.getAsLong();
        for (long i = 0; i < rounds; i++) {
            round.run();
        }
        return allocated.getAsLong() - before;
    }
}
