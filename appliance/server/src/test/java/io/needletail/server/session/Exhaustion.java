package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.ClientId;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.client.SessionException;
import io.needletail.engine.MutationLog;
import io.needletail.registry.Registry;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RetryLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.server.Counter;
import io.needletail.server.RunningAppliance;
import io.needletail.server.limits.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * A client that asks for more than a limit allows, once for every limit. What became of it is said in the words of the limits'
 * table.
 */
public final class Exhaustion implements AutoCloseable {
    private static final long TIMEOUT_NS = 20_000_000_000L;
    private static final long TIMEOUT_MS = 20_000;
    private static final int FIRST_STREAM = 1 << 18;
    private static final int MANY = 100_000;

    private final RunningAppliance appliance;
    private final List<Part> open = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(7);
    private final Key key = new Key("neighbour");
    private final Entry entry = new Entry(1 << 16);
    private int stream = FIRST_STREAM;

    public Exhaustion(RunningAppliance appliance) {
        this.appliance = appliance;
    }

    /** With what settings a limit is within reach. */
    public static List<String> settings(Limit limit) {
        return switch (limit) {
            case SESSIONS -> List.of("session-limit=4");
            case SESSIONS_PER_PRINCIPAL -> List.of("sessions-per-principal=4");
            case REPEATING_CLIENTS -> List.of("retry-sessions=2");
            case SET_ASIDE -> List.of("latency-lanes=0");
            case UNREAD_ANSWERS -> List.of("slow-reader-timeout=100ms");
            case KEYS -> List.of("keyed-slots=2048");
            case DIRECTORY -> List.of("keyed-slots=64");
            case SLAB -> List.of("slab-bytes=1m");
            case KEY_LENGTH -> List.of("max-key-length=64");
            case ANONYMOUS_ENTRIES -> List.of("anonymous-slots=8");
            case ANONYMOUS_PER_SESSION -> List.of("anonymous-per-session=4");
            case IN_FLIGHT -> List.of("in-flight-limit=32");
            case ACKNOWLEDGEMENTS -> List.of("journal=on", "held-acknowledgements=16");
            case MAILBOX -> List.of("driver=shared", "liveness-timeout=60s");
            default -> List.of();
        };
    }

    /** Asks until there is no more; what became of it. */
    public String exhaust(Limit limit) {
        return switch (limit) {
            case SESSIONS, SESSIONS_PER_PRINCIPAL -> connectUntilRefused(false);
            case REPEATING_CLIENTS -> connectUntilRefused(true);
            case CONNECTS -> connectToNobody();
            case PUBLICATIONS -> publish(SessionLimit.PUBLICATIONS + 8, Counter.LANES_REFUSED, "not looked at");
            case MAILBOX -> publishWhileTheShardStands();
            case IN_FLIGHT -> sendUntilTheWindowIsFull(Session.connect(appliance.dir(), TIMEOUT_NS), 32);
            case REPEATABLE ->
                sendUntilTheWindowIsFull(
                        Session.connect(appliance.dir(), ClientId.random(), TIMEOUT_NS), RetryLayout.WINDOW);
            case SET_ASIDE, UNREAD_ANSWERS -> readNothing();
            case FRAME -> send(java.util.Arrays.copyOf(MangledFrames.whole(14, 10, 10, random), 8161));
            case BATCH -> sendEntries(65);
            case SCANS -> scanWithoutWaiting();
            case SCAN_PAGE -> scanMoreThanAPage();
            case LARGE_VALUES -> getLargeValuesWithoutWaiting();
            case KEY_LENGTH -> answerTo(MangledFrames.whole(14, 65, 4, random));
            case VALUE_LENGTH -> answerToAValueInChunks();
            case KEYS -> untilRefused(i -> put("key:" + i, 4));
            case DIRECTORY -> untilRefused(this::putIntoOnePairOfBuckets);
            case SLAB -> untilRefused(i -> put("key:" + i, 4000));
            case ANONYMOUS_ENTRIES, ANONYMOUS_PER_SESSION ->
                untilRefused(i -> neighbour().allocate(entry));
            case RING -> writeWhileAConsumerStands();
            case ACKNOWLEDGEMENTS -> writeFasterThanTheJournalForces();
            case CONSUMERS -> registerConsumers();
            case LOG_LINES -> connectWithoutAStreamOfItsOwn();
        };
    }

    private BlockingSession neighbour;
    private long pair = -1;

    private BlockingSession neighbour() {
        if (neighbour == null) {
            neighbour = keep(appliance.connect());
        }
        return neighbour;
    }

    private <T extends AutoCloseable> T keep(T part) {
        open.add(() -> closeQuietly(part));
        return part;
    }

    /** Something to be closed in the end. */
    private interface Part {
        void close();
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Value value(int length) {
        Value value = new Value(Math.max(16, length));
        value.resize(length);
        return value;
    }

    private int put(String name, int length) {
        key.setUtf8(name);
        return neighbour().put(key, value(length), entry);
    }

    private interface Attempt {
        int at(int i);
    }

    private static String untilRefused(Attempt attempt) {
        for (int i = 0; i < MANY; i++) {
            int status = attempt.at(i);
            if (status != Status.OK) {
                return "answered: " + Status.name(status);
            }
        }
        throw new AssertionError("never refused");
    }

    private String connectUntilRefused(boolean repeats) {
        for (int i = 0; i < SessionLimit.PUBLICATIONS; i++) {
            try {
                keep(
                        repeats
                                ? Session.connect(appliance.dir(), ClientId.random(), TIMEOUT_NS)
                                : Session.connect(appliance.dir(), TIMEOUT_NS));
            } catch (SessionException e) {
                String text = e.getMessage();
                return "connect refused: " + text.substring(0, text.indexOf(':'));
            }
        }
        throw new AssertionError("never refused");
    }

    /** Streams where nobody listens: the connects stay under way. */
    private String connectToNobody() {
        long before = appliance.counter(Counter.SESSIONS_REFUSED);
        ManyPublications many = keep(new ManyPublications(appliance.dir(), SessionLimit.CONNECTS + 1));
        many.connectAll(FIRST_STREAM);
        Await.until("one was not looked at", TIMEOUT_MS, () -> appliance.counter(Counter.SESSIONS_REFUSED) > before);
        return "not looked at";
    }

    private String publish(int count, Counter counter, String outcome) {
        keep(new ManyPublications(appliance.dir(), count));
        Await.until(counter.label(), TIMEOUT_MS, () -> appliance.counter(counter) > 0);
        return outcome;
    }

    /** Images come and go while the shard's thread does something else; it hears of all of them in the end. */
    private String publishWhileTheShardStands() {
        CountDownLatch goesOn = new CountDownLatch(1);
        appliance.startOnShard(engine -> await(goesOn));
        try {
            int perRound = 2 * SessionLimit.PUBLICATIONS; // each comes and goes
            for (int notes = 0; notes <= SessionLimit.MAILBOX; notes += perRound) {
                new ManyPublications(appliance.dir(), SessionLimit.PUBLICATIONS).close();
            }
            Await.until("one waits", TIMEOUT_MS, () -> appliance.counter(Counter.MAILBOX_FULL) > 0);
        } finally {
            goesOn.countDown();
        }
        return "waits";
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(TIMEOUT_NS, TimeUnit.NANOSECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String sendUntilTheWindowIsFull(Session session, int window) {
        keep(session);
        for (int i = 0; i < MANY; i++) {
            long code = session.get(key);
            if (code == Session.WINDOW_FULL) {
                assertThat(session.inFlight()).isEqualTo(window);
                assertThat(session.windowsFull()).isEqualTo(1);
                Await.until("all are answered", TIMEOUT_MS, () -> {
                    session.poll(new Statuses(), 64);
                    return session.inFlight() == 0;
                });
                return "not sent: WINDOW_FULL";
            }
        }
        throw new AssertionError("the window was never full");
    }

    private RawClient rawClient() {
        return keep(new RawClient(appliance.dir(), stream++)).connect();
    }

    private String readNothing() {
        RawClient client = rawClient();
        byte[] get = MangledFrames.whole(12, 9, 0, random);
        Await.until("it is disconnected", TIMEOUT_MS, () -> {
            client.offer(get);
            return appliance.counter(Counter.SLOW_READERS) > 0;
        });
        return lastWordOf(client);
    }

    private String send(byte[] bytes) {
        RawClient client = rawClient();
        client.send(bytes, bytes.length);
        return lastWordOf(client);
    }

    private static String lastWordOf(RawClient client) {
        String word = client.awaitOutcome();
        return "session closed: " + word.substring(0, word.indexOf(':'));
    }

    /** A batch and a group that say they have so many entries. */
    private String sendEntries(int entries) {
        byte[] batch = MangledFrames.whole(61, 3, 4, random);
        batch[8 + 18 + 2] = (byte) entries;
        byte[] group = MangledFrames.whole(62, 3, 4, random);
        group[8 + 17 + 2] = (byte) entries;
        String outcome = send(batch);
        assertThat(send(group)).isEqualTo(outcome);
        return outcome;
    }

    private String answerTo(byte[] bytes) {
        RawClient client = rawClient();
        client.send(bytes, bytes.length);
        awaitAnswers(client, 1);
        return "answered: " + Status.name(client.lastStatus());
    }

    /** With the default lengths, so that it comes in chunks; the session goes on. */
    private String answerToAValueInChunks() {
        RawClient client = rawClient();
        byte[] first = ChunkFrames.chunk(2, (1 << 16) + 1, 0, 5, 60_000);
        byte[] rest = ChunkFrames.chunk(2, (1 << 16) + 1, 60_000, 5, 5_537);
        client.sendBulk(first, first.length);
        client.sendBulk(rest, rest.length);
        awaitAnswers(client, 1);
        assertThat(client.lastStatus()).isEqualTo(Status.VALUE_TOO_LONG);
        byte[] get = MangledFrames.whole(12, 9, 0, random);
        client.send(get, get.length);
        awaitAnswers(client, 2);
        assertThat(client.lastStatus()).isEqualTo(Status.NOT_FOUND);
        return "answered: VALUE_TOO_LONG";
    }

    private static void awaitAnswers(RawClient client, int answers) {
        Await.until("an answer", TIMEOUT_MS, () -> {
            client.poll();
            return client.answers() == answers;
        });
    }

    private String scanWithoutWaiting() {
        Session session = keep(Session.connect(appliance.dir(), TIMEOUT_NS));
        Statuses statuses = new Statuses();
        Key prefix = new Key("");
        Await.until("a scan too many", TIMEOUT_MS, () -> {
            for (int i = 0; i < 64 && session.scan(prefix, 0, 16) > 0; i++) {
                assertThat(session.isClosed()).isFalse();
            }
            session.poll(statuses, 64);
            return statuses.seen(Status.SCANNER_BUSY);
        });
        return "answered: SCANNER_BUSY";
    }

    private String scanMoreThanAPage() {
        int entries = 500;
        for (int i = 0; i < entries; i++) {
            assertThat(put("page:" + i, 64)).isEqualTo(Status.OK);
        }
        int[] found = new int[1];
        long before = appliance.counter(Counter.SCANS);
        assertThat(neighbour().scan(new Key("page:"), Long.MAX_VALUE, (one, value) -> found[0]++))
                .isEqualTo(Status.OK);
        assertThat(found[0]).isEqualTo(entries);
        Await.until("several pages", TIMEOUT_MS, () -> appliance.counter(Counter.SCANS) > before + 1);
        return "the rest by the cursor";
    }

    private String getLargeValuesWithoutWaiting() {
        assertThat(put("large", 60_000)).isEqualTo(Status.OK);
        Session session = keep(Session.connect(appliance.dir(), TIMEOUT_NS));
        Statuses statuses = new Statuses();
        int asked = 4 * SessionLimit.LARGE_VALUES;
        for (int i = 0; i < asked; i++) {
            assertThat(session.get(key)).isPositive();
        }
        Await.until("all are answered", TIMEOUT_MS, () -> {
            session.poll(statuses, 64);
            return session.inFlight() == 0;
        });
        assertThat(statuses.count(Status.OK)).isEqualTo(asked);
        return "waits";
    }

    /** The region's secret is the server's: only a test in its process can choose such keys. */
    private int putIntoOnePairOfBuckets(int attempt) {
        Registry registry = appliance.appliance().regions().get(0).engine().registry();
        long buckets = new RegionLayout(registry.header().sizing()).directoryBuckets();
        for (int i = 0; ; i++) {
            String name = "pair:" + attempt + ":" + i;
            long hash = registry.hash(new Key(name));
            long first = ((hash >>> 32) * buckets) >>> 32;
            long second = ((hash & 0xFFFF_FFFFL) * buckets) >>> 32;
            long of = Math.min(first, second) * buckets + Math.max(first, second);
            pair = pair < 0 ? of : pair;
            if (of == pair) {
                return put(name, 4);
            }
        }
    }

    private String writeWhileAConsumerStands() {
        appliance.onShard(engine -> engine.log().addConsumer("standing", MutationLog.GATING));
        return untilRefused(i -> put("key", 16));
    }

    private String writeFasterThanTheJournalForces() {
        Session session = keep(Session.connect(appliance.dir(), TIMEOUT_NS));
        session.level(Level.SYNCED);
        Statuses statuses = new Statuses();
        Value value = value(16);
        Await.until("one more than may wait", TIMEOUT_MS, () -> {
            for (int i = 0; i < 128 && session.put(key, value) > 0; i++) {
                assertThat(session.isClosed()).isFalse();
            }
            session.poll(statuses, 64);
            return statuses.seen(Status.BACK_PRESSURED);
        });
        Await.until("all are answered", TIMEOUT_MS, () -> {
            session.poll(statuses, 64);
            return session.inFlight() == 0;
        });
        assertThat(statuses.count(Status.OK)).isPositive();
        return "answered: BACK_PRESSURED";
    }

    private String registerConsumers() {
        String[] refused = new String[1];
        long[] counted = new long[1];
        appliance.onShard(engine -> {
            List<Integer> added = new ArrayList<>();
            try {
                for (int i = 0; i <= RegionLayout.MAX_CONSUMERS; i++) {
                    added.add(engine.log().addConsumer("consumer", MutationLog.LOSSY));
                }
            } catch (MutationLog.ConsumersFullException e) {
                refused[0] = "not sent: " + e.getClass().getSimpleName();
            }
            counted[0] = engine.log().consumersRefused();
            added.forEach(engine.log()::removeConsumer);
        });
        assertThat(counted[0]).isEqualTo(1);
        return refused[0];
    }

    private String connectWithoutAStreamOfItsOwn() {
        int lines = 240;
        Await.until("lines are left out", TIMEOUT_MS, () -> {
            try (ManyPublications many = new ManyPublications(appliance.dir(), lines)) {
                long before = appliance.counter(Counter.SESSIONS_REFUSED);
                many.connectAll(1);
                Await.until(
                        "all are refused",
                        TIMEOUT_MS,
                        () -> appliance.counter(Counter.SESSIONS_REFUSED) == before + lines);
            }
            IntSupplier lost = () -> (int) appliance.counter(Counter.LOG_LINES_LOST);
            return lost.getAsInt() > 0;
        });
        return "left out";
    }

    @Override
    public void close() {
        open.reversed().forEach(Part::close);
    }

    /** How often each status was answered. */
    private static final class Statuses implements ResultHandler {
        private final int[] counts = new int[Status.count()];

        @Override
        public void onResult(long correlationId, int status, Entry entry) {
            counts[status]++;
        }

        @Override
        public void onScanEnd(long correlationId, int status, long nextCursor) {
            counts[status]++;
        }

        boolean seen(int status) {
            return counts[status] > 0;
        }

        int count(int status) {
            return counts[status];
        }
    }
}
