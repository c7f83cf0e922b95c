package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.ColocatedReader;
import io.needletail.client.SessionProtocol;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Everything at once, for seconds, and for ten minutes in the long run: sessions that come and go, every kind of change, large
 * values, scans, by a lane, the shared publication and UDP. Afterwards descriptors, mappings, threads and the heap are where
 * they were, what the shard has allocated is a session's and not a request's (to the byte: ZeroAllocationTest), and its
 * counters are the client's own books.
 */
class SoakTest {
    private static final long SEED = 99;
    private static final int KEYS = 5_000;
    /** What a connect and the end of a session may cost: publications, images, one log line each. */
    private static final long BYTES_A_SESSION = 64 * 1024;

    /** The set of a session's entries without a key, made with the first of them. */
    private static final long BYTES_A_HOLDER = 128 * 1024;

    private static final long HOUR_NS = 3_600_000_000_000L;

    /** What a client remembers of what it asked. */
    private static final class Books {
        private long gets;
        private long puts;
        private long deletes;
        private long inserts;
        private long resolves;
        private long adds;
        private long batches;
        private long groups;
        private long scans;
        private long touches;
        private long clears;
        private long allocations;
        private long misses;
        private long largeGets;
        private long largePuts;
        private long sessions;
        private long holders;
    }

    private record Usage(long descriptors, long mappings, long threads, long heapBytes, long residentBytes) {
        static Usage now() throws IOException {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            return new Usage(
                    count(Path.of("/proc/self/fd")),
                    Files.readAllLines(Path.of("/proc/self/maps")).stream()
                            .filter(line -> line.contains("/dev/shm") || line.contains("needletail"))
                            .count(),
                    count(Path.of("/proc/self/task")),
                    runtime.totalMemory() - runtime.freeMemory(),
                    readResidentBytes());
        }

        private static long readResidentBytes() throws IOException {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
        }

        private static long count(Path folder) throws IOException {
            try (var entries = Files.list(folder)) {
                return entries.count();
            }
        }
    }

    private final Key key = new Key();
    private final Value value = new Value(65_536);
    private final Entry entry = new Entry(65_536);
    private final Batch batch = new Batch(64);
    private final Group group = new Group(64);
    private final Books books = new Books();
    private long handle;
    private final Set<BlockingSession> holders = new HashSet<>();

    @Test
    void shouldStandStillInEverythingButItsCounters() throws IOException {
        long seconds = Proof.required(12, 600);
        SplittableRandom random = new SplittableRandom(Seed.of(SEED));
        try (RunningAppliance appliance =
                new RunningAppliance("slab-bytes=64m", "latency-lanes=1", RunningAppliance.udpOption())) {
            long tenthNs = seconds * 100_000_000L;
            Usage idle = Usage.now();
            long freeBlocks = appliance.counter(Counter.FREE_BLOCKS);
            assertThat(freeBlocks).isPositive();
            work(appliance, random, 2 * tenthNs);
            awaitRest(idle);
            Usage before = Usage.now();
            long allocatedBefore = appliance.counter(Counter.SHARD_ALLOCATED);
            long mayCostBefore = books.sessions * BYTES_A_SESSION + books.holders * BYTES_A_HOLDER;
            long requestsBefore = appliance.counter(Counter.REQUESTS);
            work(appliance, random, 8 * tenthNs);
            Await.until("published", 5_000, () -> appliance.counter(Counter.GETS) == books.gets);
            awaitRest(before);
            Usage after = Usage.now();
            System.out.println(idle + " " + before + " " + after + " sessions=" + books.sessions);
            assertThat(after.heapBytes).isLessThan(before.heapBytes + (32 << 20));
            assertThat(after.residentBytes).isLessThan(before.residentBytes + (128 << 20));
            long requests = appliance.counter(Counter.REQUESTS) - requestsBefore;
            long allocated = appliance.counter(Counter.SHARD_ALLOCATED) - allocatedBefore;
            System.out.println(requests + " requests, " + allocated + " bytes allocated by the shard's thread");
            assertThat(allocated)
                    .as(
                            "requests allocate nothing; a session does when it connects, and when it takes its first entry without a key")
                    .isLessThan(books.sessions * BYTES_A_SESSION + books.holders * BYTES_A_HOLDER - mayCostBefore);
            assertBooks(appliance);
            assertThat(appliance.counter(Counter.ERRORS)).isZero();
            deleteAll(appliance);
            Await.until(
                    "every block is free again", 10_000, () -> appliance.counter(Counter.FREE_BLOCKS) == freeBlocks);
            Proof.note("soak-seconds", seconds, seconds, SEED);
        }
    }

    /** The media driver keeps the logs of an ended session for some seconds, in case somebody still reads them. */
    private static void awaitRest(Usage rest) {
        Await.until("descriptors, mappings and threads are back at " + rest, 30_000, () -> {
            Usage now = usage();
            return now.descriptors <= rest.descriptors + 2
                    && now.mappings <= rest.mappings + 2
                    && now.threads <= rest.threads + 2;
        });
    }

    private static Usage usage() {
        try {
            return Usage.now();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void deleteAll(RunningAppliance appliance) {
        try (BlockingSession session = appliance.connect()) {
            for (int i = 0; i < KEYS; i++) {
                key.clear();
                key.append("soak:").append(i);
                assertThat(session.delete(key, entry)).isIn(Status.OK, Status.NOT_FOUND);
            }
        }
    }

    private void assertBooks(RunningAppliance appliance) {
        assertThat(appliance.counter(Counter.PUTS)).isEqualTo(books.puts);
        assertThat(appliance.counter(Counter.DELETES)).isEqualTo(books.deletes);
        assertThat(appliance.counter(Counter.INSERTS)).isEqualTo(books.inserts);
        assertThat(appliance.counter(Counter.RESOLVES)).isEqualTo(books.resolves);
        assertThat(appliance.counter(Counter.ADDS)).isEqualTo(books.adds);
        assertThat(appliance.counter(Counter.TOUCHES)).isEqualTo(books.touches);
        assertThat(appliance.counter(Counter.CLEARS)).isEqualTo(books.clears);
        assertThat(appliance.counter(Counter.ALLOCATIONS)).isEqualTo(books.allocations);
        assertThat(appliance.counter(Counter.LARGE_GETS)).isEqualTo(books.largeGets);
        assertThat(appliance.counter(Counter.LARGE_PUTS)).isEqualTo(books.largePuts);
        assertThat(appliance.counter(Counter.MISSES)).isEqualTo(books.misses);
        assertThat(appliance.counter(Counter.BATCHES)).isEqualTo(books.batches);
        assertThat(appliance.counter(Counter.GROUPS)).isEqualTo(books.groups);
        assertThat(appliance.counter(Counter.SCANS)).isEqualTo(books.scans);
        Await.until("every session ended", 10_000, () -> appliance.counter(Counter.SESSIONS) == 0);
        assertThat(appliance.counter(Counter.SESSIONS_ACCEPTED)).isEqualTo(books.sessions);
        assertThat(appliance.counter(Counter.SESSIONS_CLOSED)).isEqualTo(books.sessions);
    }

    private void work(RunningAppliance appliance, SplittableRandom random, long lengthNs) throws IOException {
        long endNs = System.nanoTime() + lengthNs;
        while (System.nanoTime() - endNs < 0) {
            try (BlockingSession own = appliance.connect();
                    BlockingSession shared = appliance.connect();
                    BlockingSession udp = appliance.connectByUdp();
                    ColocatedReader reader =
                            ColocatedReader.open(Path.of(own.limits().regionPath()))) {
                assertThat(shared.limits().isShared()).isTrue();
                books.sessions += 3;
                BlockingSession[] sessions = {own, shared, own, shared, udp};
                for (int i = 0; i < 20_000 && System.nanoTime() - endNs < 0; i++) {
                    step(sessions[random.nextInt(sessions.length)], reader, random);
                }
                books.holders += holders.size();
                holders.clear();
            }
        }
    }

    private void step(BlockingSession session, ColocatedReader reader, SplittableRandom random) {
        key.clear();
        key.append("soak:").append(random.nextInt(KEYS));
        value.resize(random.nextInt(200) == 0 ? random.nextInt(65_536) : random.nextInt(64));
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> {
                books.puts++;
                books.largePuts += value.length() > SessionProtocol.MAX_MESSAGE_VALUE_LENGTH ? 1 : 0;
                check(session.put(key, value, entry), Status.OK);
                check(reader.get(entry.handle(), entry), Status.OK);
            }
            case 4 -> {
                books.puts++;
                books.largePuts += value.length() > SessionProtocol.MAX_MESSAGE_VALUE_LENGTH ? 1 : 0;
                long ttlNs = random.nextInt(4) == 0 ? 1 : 1 + random.nextLong(HOUR_NS);
                check(session.putFor(key, ttlNs, value, entry), Status.OK);
            }
            case 5 -> {
                books.deletes++;
                check(session.delete(key, entry), Status.OK, Status.NOT_FOUND);
            }
            case 6 -> {
                books.adds++;
                check(session.add(key, 1, entry), Status.OK, Status.NOT_A_NUMBER);
            }
            case 7 -> runBatch(session, random);
            case 8 -> runGroup(session, random);
            case 10 -> {
                books.touches++;
                check(session.touch(key, random.nextLong(HOUR_NS), entry), Status.OK, Status.NOT_FOUND);
            }
            case 11 -> {
                books.clears++;
                check(session.clear(key, entry), Status.OK, Status.NOT_FOUND, Status.ABSENT);
            }
            case 12 -> {
                books.allocations++;
                int status = session.allocate(entry);
                check(status, Status.OK, Status.SLOTS_FULL, Status.ANONYMOUS_LIMIT);
                if (status == Status.OK) {
                    holders.add(session);
                }
            }
            case 15 -> {
                books.inserts++;
                books.largePuts += value.length() > SessionProtocol.MAX_MESSAGE_VALUE_LENGTH ? 1 : 0;
                check(session.insert(key, value, entry), Status.OK, Status.EXISTS);
            }
            case 16 -> {
                books.puts++;
                books.largePuts += value.length() > SessionProtocol.MAX_MESSAGE_VALUE_LENGTH ? 1 : 0;
                check(
                        session.putIf(key, entry.version(), value, entry),
                        Status.OK,
                        Status.VERSION_CONFLICT,
                        Status.NOT_FOUND);
            }
            case 17 -> {
                books.resolves++;
                check(session.resolve(key, random.nextBoolean(), entry), Status.OK, Status.NOT_FOUND, Status.ABSENT);
                handle = entry.handle();
            }
            case 18 -> changeByHandle(session, random);
            case 9 -> {
                if (random.nextInt(500) == 0) {
                    Key prefix = new Key("sum:"); // small values: of large ones the session asks for each
                    scanOnePage(session, prefix);
                }
            }
            default -> {
                books.gets++;
                int status = session.get(key, entry);
                check(status, Status.OK, Status.NOT_FOUND, Status.ABSENT);
                boolean isLarge = entry.value().length() > SessionProtocol.MAX_MESSAGE_VALUE_LENGTH;
                books.largeGets += status == Status.OK && isLarge ? 1 : 0;
            }
        }
    }

    /** Of an entry that is still there, or is not, or of none at all. */
    private void changeByHandle(BlockingSession session, SplittableRandom random) {
        switch (random.nextInt(4)) {
            case 0 -> {
                books.deletes++;
                check(session.delete(handle, entry), Status.OK, Status.STALE_HANDLE);
            }
            case 1 -> {
                books.adds++;
                check(session.add(handle, -1, entry), Status.OK, Status.NOT_A_NUMBER, Status.STALE_HANDLE);
            }
            case 2 -> {
                books.gets++;
                int status = session.get(handle, entry);
                check(status, Status.OK, Status.STALE_HANDLE, Status.ABSENT);
                boolean isLarge = entry.value().length() > SessionProtocol.MAX_MESSAGE_VALUE_LENGTH;
                books.largeGets += status == Status.OK && isLarge ? 1 : 0;
            }
            default -> {
                books.puts++;
                value.resize(Math.min(value.length(), 64));
                check(session.put(handle, value, entry), Status.OK, Status.STALE_HANDLE);
            }
        }
    }

    /** One entry of a region that fits a page: one page. */
    private void scanOnePage(BlockingSession session, Key prefix) {
        books.scans++;
        check(
                session.scan(
                        prefix,
                        1,
                        (found, at) -> assertThat(found.startsWith(prefix)).isTrue()),
                Status.OK);
    }

    private void runBatch(BlockingSession session, SplittableRandom random) {
        batch.clear();
        for (int i = 0; i < 16; i++) {
            key.clear();
            key.append("soak:").append(random.nextInt(KEYS));
            batch.add(key);
        }
        books.batches++;
        if (random.nextInt(4) == 0) {
            putBatch(session);
            return;
        }
        books.gets += batch.length();
        check(session.get(batch), Status.OK);
        for (int i = 0; i < batch.length(); i++) {
            int status = batch.status(i);
            books.misses += status == Status.NOT_FOUND || status == Status.ABSENT ? 1 : 0;
        }
    }

    private void putBatch(BlockingSession session) {
        value.resize(Math.min(value.length(), 64));
        for (int i = 0; i < batch.length(); i++) {
            batch.entry(i).value().set(value);
        }
        books.puts += batch.length();
        check(session.put(batch), Status.OK);
        for (int i = 0; i < batch.length(); i++) {
            check(batch.status(i), Status.OK);
        }
    }

    private void runGroup(BlockingSession session, SplittableRandom random) {
        group.clear();
        int from = random.nextInt(100);
        group.add(new Key("sum:" + from), Group.ANY_VERSION, -1);
        group.add(new Key("sum:" + (from + 1)), Group.ANY_VERSION, 1);
        books.groups++;
        check(session.apply(group), Status.OK);
    }

    private void check(int status, int... allowed) {
        books.misses += status == Status.NOT_FOUND || status == Status.ABSENT ? 1 : 0;
        for (int one : allowed) {
            if (status == one) {
                return;
            }
        }
        throw new AssertionError(Status.name(status));
    }
}
