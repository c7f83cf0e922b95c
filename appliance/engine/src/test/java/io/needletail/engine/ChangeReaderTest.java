package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.view.ChangeHandler;
import io.needletail.registry.view.ChangeReader;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangeReaderTest {
    private static final long SEED = 91;

    private final Key key = new Key("k");
    private final Value value = new Value(7040);
    private final Entry entry = new Entry(7040);
    private ScratchRegion region;
    private ShardEngine engine;
    private ChangeReader changes;

    @BeforeEach
    void formatAndAttach() {
        region = new ScratchRegion(ScratchRegion.small(), SEED);
        attach();
        changes = new ChangeReader(region.segment());
    }

    @AfterEach
    void free() {
        region.close();
    }

    private void attach() {
        engine = ShardEngine.attach(region.segment());
        assertThat(engine.report().fault()).isEqualTo(RegionFault.NONE);
        engine.serve();
    }

    private List<String> read() {
        List<String> seen = new ArrayList<>();
        ChangeHandler handler = (operation, at, change, hasValue, timeNs) ->
                seen.add(RecordLayout.operationName(operation) + " " + at + "=" + change.value());
        int polled = changes.poll(handler, 1000);
        assertThat(polled).isEqualTo(seen.size());
        return seen;
    }

    @Test
    void shouldTellEachKindOfChangeInOrder() {
        value.setUtf8("one");
        engine.put(key, value, entry);
        long handle = entry.handle();
        value.setUtf8("a value that takes a block");
        engine.put(handle, value, entry);
        engine.touch(handle, 1_000_000_000L, entry);
        engine.clear(handle, entry);
        engine.delete(handle, entry);
        engine.allocate(entry);
        engine.delete(entry.handle(), entry);
        key.setUtf8("a key that is longer than its slot holds");
        engine.resolve(key, true, entry);
        assertThat(read())
                .containsExactly(
                        "insert k=one",
                        "update =a value that takes a block",
                        "touch =",
                        "clear =",
                        "delete k=",
                        "allocate =",
                        "free =",
                        "insert a key that is longer than its slot holds=");
        assertThat(read()).isEmpty();
        assertThat(changes.isServing()).isTrue();
    }

    @Test
    void shouldGoBackToAVersionOverARestartAndSayWhenTheRingDoesNot() {
        value.setUtf8("one");
        engine.put(key, value, entry);
        long first = entry.version();
        value.setUtf8("two");
        engine.put(key, value, entry);
        attach();
        value.setUtf8("three");
        engine.put(key, value, entry);
        long third = entry.version();
        changes.since(0);
        assertThat(read()).containsExactly("insert k=one", "update =two", "update =three");
        changes.since(first);
        assertThat(read()).containsExactly("update =two", "update =three");
        changes.since(third);
        assertThat(read()).isEmpty();
        for (long written = 0; written < 2 * RegionSizing.MIN_RING_LENGTH; written += RecordLayout.LINE_LENGTH) {
            engine.put(key, value, entry);
        }
        long last = entry.version();
        assertThat(changes.poll((operation, at, change, hasValue, timeNs) -> {}, 10))
                .isEqualTo(ChangeReader.OVERRUN);
        changes.since(third);
        assertThat(changes.poll((operation, at, change, hasValue, timeNs) -> {}, 10))
                .isEqualTo(ChangeReader.OVERRUN);
        changes.since(last - 3);
        assertThat(read()).hasSize(3);
        changes.sinceNow();
        assertThat(read()).isEmpty();
        changes.close();
        assertThat(changes.poll((operation, at, change, hasValue, timeNs) -> {}, 10))
                .isEqualTo(ChangeReader.CLOSED);
    }

    /** What a group that was refused half-way left in the ring is still there when the next epoch begins. */
    @Test
    void shouldNotTellOfAGroupThatWasTakenBack() {
        value.setUtf8("not a number");
        engine.put(key, value, entry);
        Group group = new Group(64);
        group.put(new Key("other"), Group.ANY_VERSION, value);
        group.add(key, Group.ANY_VERSION, 1);
        assertThat(engine.apply(group)).isEqualTo(Status.NOT_A_NUMBER);
        attach();
        engine.delete(key, entry);
        assertThat(read()).containsExactly("insert k=not a number", "delete k=");
    }

    @Test
    void shouldGiveAFollowerTheStateOfTheShard() {
        long required = Proof.required(100_000, 3_000_000);
        long seed = Seed.of(SEED);
        region.close();
        region = new ScratchRegion(
                new RegionSizing(1024, 128, 1024, 7040, RegionSizing.evenSlab(1 << 20, 7040), 16 << 20), SEED);
        attach();
        changes = new ChangeReader(region.segment());
        ShardOracle oracle = new ShardOracle(seed);
        SplittableRandom random = new SplittableRandom(seed);
        Follower follower = new Follower();
        long compared = 0;
        while (compared < required) {
            for (int i = 0, count = 1 + random.nextInt(200); i < count; i++) {
                oracle.draw();
                assertThat(oracle.apply(engine)).isEqualTo(oracle.expectedStatus());
                oracle.happened(engine);
                compared++;
            }
            int polled;
            do {
                polled = changes.poll(follower, 1 + random.nextInt(50));
                assertThat(polled).isNotNegative();
            } while (polled > 0);
            assertThat(follower.state()).isEqualTo(ShardOracle.printable(oracle.expected()));
            if (random.nextInt(50) == 0) {
                attach();
            }
        }
        Proof.note("changes-give-the-state", required, compared, seed);
    }

    /** What a process that only sees changes knows. */
    private static final class Follower implements ChangeHandler {
        private final Map<Long, String> keys = new HashMap<>();
        private final Map<String, byte[]> values = new HashMap<>();
        private long version;

        @Override
        public void onChange(int operation, Key at, Entry change, boolean hasValue, long timeNs) {
            assertThat(change.version()).isGreaterThan(version);
            version = change.version();
            long handle = change.handle();
            switch (operation) {
                case RecordLayout.INSERT -> {
                    keys.put(handle, at.toUtf8());
                    values.put(at.toUtf8(), hasValue ? change.value().toByteArray() : null);
                }
                case RecordLayout.UPDATE ->
                    values.put(keys.get(handle), change.value().toByteArray());
                case RecordLayout.CLEAR -> values.put(keys.get(handle), null);
                case RecordLayout.DELETE -> {
                    assertThat(keys.get(handle)).isEqualTo(at.toUtf8());
                    values.remove(keys.remove(handle));
                }
                default -> assertThat(operation).isEqualTo(RecordLayout.TOUCH);
            }
        }

        Map<String, String> state() {
            return new TreeMap<>(ShardOracle.printable(values));
        }
    }

    /** A writer at full speed and a reader that dawdles: every change it is told is one that was made, gaps are announced. */
    @Test
    void shouldNeverTellAWrongChangeToAReaderThatIsOverrun() throws InterruptedException {
        long required = Proof.required(2_000_000, 100_000_000);
        long seed = Seed.of(SEED);
        long[] handles = new long[8];
        value.resize(16);
        for (int i = 0; i < handles.length; i++) {
            key.setUtf8("hot-" + i);
            engine.put(key, value, entry);
            handles[i] = entry.handle();
        }
        Writer writer = new Writer(engine, handles);
        changes.sinceNow();
        engine.handOver();
        Thread thread = Thread.ofPlatform().start(writer);
        SplittableRandom random = new SplittableRandom(seed);
        Checker checker = new Checker(random);
        long overruns = 0;
        try {
            while (checker.told < required || overruns < 3) {
                int polled = changes.poll(checker, 4096);
                if (polled == ChangeReader.OVERRUN) {
                    overruns++;
                    changes.sinceNow();
                    checker.version = 0;
                }
            }
        } finally {
            writer.stopped = true;
            thread.join();
        }
        System.out.println("told=" + checker.told + " overruns=" + overruns);
        Proof.note("changes-while-overrun", required, checker.told, seed);
    }

    private static final class Writer implements Runnable {
        private final ShardEngine engine;
        private final long[] handles;
        private final Value value = new Value(40);
        private final Entry entry = new Entry(16);
        private volatile boolean stopped;

        Writer(ShardEngine engine, long[] handles) {
            this.engine = engine;
            this.handles = handles;
        }

        /** Every value says of which version it is, twice, and of which slot. */
        @Override
        public void run() {
            for (int i = 0; !stopped; i++) {
                long handle = handles[i & 7];
                long version = engine.sequence() + 1;
                value.resize((i & 15) == 0 ? 40 : 16);
                value.putLong(0, version * 31 + Handle.slot(handle));
                value.putLong(value.length() - 8, version);
                if (engine.put(handle, value, entry) != Status.OK) {
                    throw new AssertionError("refused");
                }
            }
        }
    }

    private static final class Checker implements ChangeHandler {
        private final SplittableRandom random;
        private long told;
        private long version;

        Checker(SplittableRandom random) {
            this.random = random;
        }

        @Override
        public void onChange(int operation, Key at, Entry change, boolean hasValue, long timeNs) {
            told++;
            Value value = change.value();
            boolean inOrder = version == 0 || change.version() == version + 1;
            version = change.version();
            boolean right = inOrder
                    && operation == RecordLayout.UPDATE
                    && value.getLong(0) == version * 31 + Handle.slot(change.handle())
                    && value.getLong(value.length() - 8) == version;
            assertThat(right).as("%s version=%d", value, version).isTrue();
            if (random.nextInt(1 << 17) == 0) {
                for (int i = 0; i < 20_000_000; i++) {
                    Thread.onSpinWait(); // long enough for the writer to lap the ring
                }
            }
        }
    }
}
