package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.needletail.client.BlockingSession;
import io.needletail.memory.PrivateFiles;
import io.needletail.rdma.LibFabric;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.replication.FileMembership;
import io.needletail.server.Await;
import io.needletail.testing.RealHour;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real hour of orders, dumped, killed, and dumped again: with the region and without it. */
@Tag("beside-others")
class RealHourRecoveryTest {
    private static final int GENERATED = 60_000;
    private static final int ADD = 1;
    private static final int CANCEL_OF_A_PART = 2;
    private static final int DELETE = 3;
    private static final int EXECUTION = 4;

    private final Key key = new Key();
    private final Value value = new Value(64);
    private final Entry entry = new Entry(64);
    /** What an order has left, by its number. */
    private final Map<Long, Long> shares = new TreeMap<>();

    @Test
    void shouldDumpTheSameBeforeAndAfterAKill() throws Exception {
        try (ApplianceProcess first = ApplianceProcess.start("snapshot-interval=300ms")) {
            Map<String, String> before;
            try (BlockingSession session = first.connect();
                    Stream<String> lines = lines()) {
                lines.forEach(line -> replay(session, line));
                forceAllSoFar(session);
                before = dump(session);
            }
            first.kill9();
            assertThat(before).hasSize(shares.size() + 1).hasSizeGreaterThan(100);
            ApplianceProcess second = ApplianceProcess.startIn(first.dir());
            assertThat(dump(first.dir())).isEqualTo(before);
            second.kill9();
            PrivateFiles.deleteTree(Files.readSymbolicLink(first.dir().resolve("region")));
            try (ApplianceProcess third = ApplianceProcess.startIn(first.dir())) {
                assertThat(dump(third.dir())).isEqualTo(before);
            }
            System.out.println("orders in the dump: " + before.size());
        }
    }

    /** All of the hour on a mirror that joined in its middle, and was promoted. */
    @Test
    void shouldDumpTheSameOnAMirrorThatIsPromoted() throws Exception {
        assumeTrue(LibFabric.isAvailable(), LibFabric::reason);
        Path folder = Files.createTempDirectory("needletail-mirrored-hour");
        try (MemberProcess primary =
                MemberProcess.start(folder, 0, "fabric=shm").awaitServing()) {
            Map<String, String> before;
            MemberProcess mirror;
            try (BlockingSession session = BlockingSession.connect(primary.dir(), ApplianceProcess.TIMEOUT_NS);
                    Stream<String> lines = lines()) {
                Iterator<String> order = lines.iterator();
                for (int i = 0; i < GENERATED / 10; i++) {
                    replay(session, order.next());
                }
                mirror = MemberProcess.start(folder, 1, "fabric=shm");
                order.forEachRemaining(line -> replay(session, line));
                mirror.awaitInSync();
                waitUntilMirrored(session);
                before = dump(session);
            }
            try (mirror) {
                primary.kill9();
                new FileMembership(folder.resolve("members").resolve("shard-0")).want(1);
                mirror.awaitServing();
                assertThat(dump(mirror.dir())).isEqualTo(before);
                assertThat(before).hasSize(shares.size() + 1).hasSizeGreaterThan(100);
            }
        } finally {
            PrivateFiles.deleteTree(folder);
        }
    }

    private void waitUntilMirrored(BlockingSession session) {
        session.level(Level.MIRRORED);
        key.setUtf8("the end");
        value.setUtf8("of the hour");
        Await.until("a mirrored change", MemberProcess.PATIENCE_MS, () -> session.put(key, value, entry) == Status.OK);
    }

    /** The journal is in order: what is forced behind them covers all that were not waited for. */
    private void forceAllSoFar(BlockingSession session) {
        session.level(Level.SYNCED);
        key.setUtf8("the end");
        value.setUtf8("of the hour");
        assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
        assertThat(entry.level()).isEqualTo(Level.SYNCED);
    }

    private static Stream<String> lines() throws IOException {
        Optional<Path> hour = RealHour.find();
        return hour.isPresent() ? Files.lines(hour.get()) : generated();
    }

    /** The same columns, drawn. */
    private static Stream<String> generated() {
        SplittableRandom random = new SplittableRandom(Seed.of(3003));
        return IntStream.range(0, GENERATED).mapToObj(i -> {
            int type = random.nextInt(5) < 3 ? ADD : 2 + random.nextInt(3);
            int order = type == ADD ? i : random.nextInt(i + 1);
            return "0," + type + "," + order + "," + (1 + random.nextInt(100)) + ",5853300,1";
        });
    }

    private void replay(BlockingSession session, String line) {
        String[] columns = line.split(",");
        int type = Integer.parseInt(columns[1]);
        long order = Long.parseLong(columns[2]);
        long size = Long.parseLong(columns[3]);
        boolean isKnown = shares.containsKey(order);
        if (type == ADD) {
            shares.put(order, size);
        } else if (!isKnown || type > EXECUTION) {
            return;
        } else {
            shares.merge(order, -size, Long::sum);
        }
        key.setUtf8("order:" + order);
        boolean isGone = type == DELETE || shares.get(order) <= 0;
        assert type == ADD || type == CANCEL_OF_A_PART || type == EXECUTION || isGone : line;
        if (isGone) {
            shares.remove(order);
            assertThat(session.delete(key, entry)).isEqualTo(Status.OK);
        } else {
            value.setUtf8(shares.get(order) + "@" + columns[4]);
            assertThat(Status.name(session.put(key, value, entry))).isEqualTo("OK");
        }
    }

    private static Map<String, String> dump(Path dir) {
        try (BlockingSession session = BlockingSession.connect(dir, ApplianceProcess.TIMEOUT_NS)) {
            return dump(session);
        }
    }

    /** Values and versions. */
    private static Map<String, String> dump(BlockingSession session) {
        Map<String, String> dump = new TreeMap<>();
        int status = session.scan(
                new Key(),
                Long.MAX_VALUE,
                (name, one) -> dump.put(
                        name.toUtf8(), one.version() + " " + one.value().toUtf8()));
        assertThat(status).isEqualTo(Status.OK);
        return dump;
    }
}
