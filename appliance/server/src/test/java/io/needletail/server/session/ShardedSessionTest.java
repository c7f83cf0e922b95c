package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.client.BlockingSession;
import io.needletail.client.ClientId;
import io.needletail.client.SessionAddress;
import io.needletail.client.SessionException;
import io.needletail.client.ShardedSession;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.ShardRoute;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.RegionStore;
import io.needletail.server.RunningAppliance;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several shards behind one session: who has which key, what is split, what is refused, and whose shards are whose. */
@Tag("beside-others")
class ShardedSessionTest {
    private static final long SEED = 8;

    private final Key key = new Key();
    private final Value value = new Value(70_000);
    private final Entry entry = new Entry(70_000);

    private static ShardedSession connect(RunningAppliance appliance, String namespace) {
        return ShardedSession.connect(appliance.dir(), namespace, RunningAppliance.TIMEOUT_NS);
    }

    @Test
    void shouldSpreadKeysOverShardsAndFindThemAgainAfterARestart() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("shards=3")) {
            Map<Integer, Integer> perShard = new TreeMap<>();
            try (ShardedSession session = connect(appliance, "")) {
                assertThat(session.route()).isEqualTo(new ShardRoute(0, 3));
                for (int i = 0; i < 3000; i++) {
                    key.setUtf8("key-" + i);
                    value.setUtf8("value-" + i);
                    assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
                    long handle = entry.handle();
                    assertThat(Handle.shard(handle)).isEqualTo(session.route().shardOf(key));
                    perShard.merge(Handle.shard(handle), 1, Integer::sum);
                    assertThat(session.get(handle, entry)).isEqualTo(Status.OK);
                    assertThat(entry.value().toUtf8()).isEqualTo("value-" + i);
                }
            }
            assertThat(perShard).hasSize(3);
            assertThat(perShard.values()).allMatch(count -> count > 900 && count < 1100);
            appliance.restart();
            try (ShardedSession session = connect(appliance, "")) {
                Set<String> found = new HashSet<>();
                assertThat(session.scan(new Key("key-"), 10_000, (at, seen) -> found.add(at.toUtf8())))
                        .isEqualTo(Status.OK);
                assertThat(found).hasSize(3000);
                assertThat(session.scan(new Key("key-"), 1500, (at, seen) -> found.remove(at.toUtf8())))
                        .isEqualTo(Status.OK);
                assertThat(found).hasSize(1500);
                assertThat(session.ping()).isEqualTo(Status.OK);
            }
        }
    }

    @Test
    void shouldDoEveryOperationAsOneShardWould() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        Map<String, String> expected = new HashMap<>();
        try (RunningAppliance appliance = new RunningAppliance("shards=2");
                ShardedSession session = connect(appliance, "")) {
            for (int i = 0; i < 3000; i++) {
                key.setUtf8("k" + random.nextInt(100));
                value.setUtf8("v" + i);
                boolean known = expected.containsKey(key.toUtf8());
                switch (random.nextInt(4)) {
                    case 0 -> {
                        assertThat(session.insert(key, value, entry)).isEqualTo(known ? Status.EXISTS : Status.OK);
                        expected.putIfAbsent(key.toUtf8(), "v" + i);
                    }
                    case 1 -> {
                        assertThat(session.delete(key, entry)).isEqualTo(known ? Status.OK : Status.NOT_FOUND);
                        expected.remove(key.toUtf8());
                    }
                    case 2 -> {
                        int status = session.resolve(key, false, entry);
                        assertThat(status).isEqualTo(known ? Status.OK : Status.NOT_FOUND);
                        if (known) {
                            assertThat(session.putIf(entry.handle(), entry.version(), value, entry))
                                    .isEqualTo(Status.OK);
                            expected.put(key.toUtf8(), "v" + i);
                        }
                    }
                    default -> {
                        int status = session.get(key, entry);
                        assertThat(status).isEqualTo(known ? Status.OK : Status.NOT_FOUND);
                        assertThat(known ? entry.value().toUtf8() : null).isEqualTo(expected.get(key.toUtf8()));
                    }
                }
            }
            assertThat(session.get(9L << 56 | 1L << 32, entry))
                    .as("no such shard")
                    .isEqualTo(Status.STALE_HANDLE);
            Set<Integer> shards = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                assertThat(session.allocate(entry)).isEqualTo(Status.OK);
                shards.add(Handle.shard(entry.handle()));
                assertThat(session.put(entry.handle(), value, entry)).isEqualTo(Status.OK);
            }
            assertThat(shards).hasSize(2);
        }
    }

    @Test
    void shouldNameTheLevelOfEveryEntryOfABatchThatWasSplit() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("shards=2", "journal=on");
                ShardedSession session = connect(appliance, "")) {
            session.level(Level.JOURNALED);
            Batch batch = new Batch(64);
            value.setUtf8("a value");
            for (int i = 0; i < 64; i++) {
                key.setUtf8("batch-" + i);
                batch.add(key, value);
            }
            assertThat(session.put(batch)).isEqualTo(Status.OK);
            for (int i = 0; i < 64; i++) {
                assertThat(batch.entry(i).level()).isEqualTo(Level.JOURNALED);
                assertThat(session.get(batch.entry(i).handle(), Level.JOURNALED, entry))
                        .isEqualTo(Status.OK);
            }
        }
    }

    @Test
    void shouldSplitBatchesAndRefuseGroupsThatSpanShards() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("shards=3");
                ShardedSession session = connect(appliance, "")) {
            Batch batch = new Batch(64);
            for (int i = 0; i < 64; i++) {
                key.setUtf8("batch-" + i);
                value.setUtf8("value-" + i);
                batch.add(key, value);
            }
            assertThat(session.put(batch)).isEqualTo(Status.OK);
            long[] handles = new long[64];
            for (int i = 0; i < 64; i++) {
                assertThat(batch.status(i)).isEqualTo(Status.OK);
                handles[i] = batch.entry(i).handle();
            }
            batch.clear();
            for (int i = 0; i < 62; i++) {
                batch.add(handles[i]);
            }
            batch.add(77L << 56 | 1L << 32);
            batch.add(new Key("batch-unknown"));
            assertThat(session.get(batch)).isEqualTo(Status.OK);
            for (int i = 0; i < 62; i++) {
                assertThat(batch.entry(i).value().toUtf8()).isEqualTo("value-" + i);
            }
            assertThat(batch.status(62)).isEqualTo(Status.STALE_HANDLE);
            assertThat(batch.status(63)).isEqualTo(Status.NOT_FOUND);
            Group group = new Group(64);
            for (int i = 0; i < 64; i++) {
                group.add(new Key("batch-" + i), Group.ANY_VERSION, 1);
            }
            assertThat(session.apply(group)).isEqualTo(Status.SEVERAL_SHARDS);
            assertThat(group.batch().status(63)).isEqualTo(Status.SEVERAL_SHARDS);
            group.clear();
            for (int i = 0; i < 64; i++) {
                key.setUtf8("sum-" + i);
                if (session.route().shardOf(key) == 1) {
                    group.add(key, Group.NO_ENTRY, i);
                }
            }
            assertThat(group.length()).isGreaterThan(10);
            assertThat(session.apply(group)).isEqualTo(Status.OK);
        }
    }

    @Test
    void shouldRefuseAKeyThatBelongsToAnotherShard() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("shards=2");
                BlockingSession first = appliance.connect()) {
            ShardRoute route = first.limits().route();
            Batch batch = new Batch(16);
            Group group = new Group(16);
            int refused = 0;
            value.setUtf8("v");
            for (int i = 0; i < 40; i++) {
                key.setUtf8("k" + i);
                int expected = route.shardOf(key) == 0 ? Status.OK : Status.WRONG_SHARD;
                assertThat(first.put(key, value, entry)).isEqualTo(expected);
                assertThat(first.get(key, entry)).isEqualTo(expected);
                refused += expected == Status.OK ? 0 : 1;
                batch.clear();
                batch.add(key);
                assertThat(first.get(batch)).isEqualTo(expected);
                group.clear();
                group.check(key, Group.ANY_VERSION);
                assertThat(first.apply(group)).isEqualTo(expected);
                value.resize(10_000);
                assertThat(first.put(key, value, entry)).isEqualTo(expected);
                value.setUtf8("v");
            }
            assertThat(refused).isBetween(10, 30);
        }
    }

    @Test
    void shouldKeepNamespacesApart() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("shards=3", "namespaces=orders:1,quotes:2")) {
            try (ShardedSession orders = connect(appliance, "orders");
                    ShardedSession quotes = connect(appliance, "quotes")) {
                assertThat(orders.route()).isEqualTo(new ShardRoute(0, 1));
                assertThat(quotes.route()).isEqualTo(new ShardRoute(1, 2));
                for (int i = 0; i < 50; i++) {
                    key.setUtf8("same-" + i);
                    value.setUtf8("order");
                    orders.put(key, value, entry);
                    assertThat(quotes.get(key, entry)).isEqualTo(Status.NOT_FOUND);
                    value.setUtf8("quote");
                    assertThat(quotes.put(key, value, entry)).isEqualTo(Status.OK);
                    long handle = entry.handle();
                    assertThat(orders.get(handle, entry)).isEqualTo(Status.STALE_HANDLE);
                    assertThat(orders.get(key, entry)).isEqualTo(Status.OK);
                    assertThat(entry.value().toUtf8()).isEqualTo("order");
                }
            }
            assertThatThrownBy(() -> connect(appliance, "prices"))
                    .isInstanceOf(SessionException.class)
                    .hasMessageContaining("no namespace is named 'prices'")
                    .hasMessageContaining("orders, quotes");
            assertThatThrownBy(() -> connect(appliance, ""))
                    .isInstanceOf(SessionException.class)
                    .hasMessageContaining("UNKNOWN_NAMESPACE");
        }
    }

    @Test
    void shouldRefuseToStartWithAnotherNumberOfShardsThanThereAre() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("shards=2")) {
            assertThatThrownBy(() -> appliance.restart("shards=3"))
                    .isInstanceOf(RegionStore.RegionRefusedException.class)
                    .hasMessageContaining("formatted for 2 shards")
                    .hasMessageContaining("--fresh");
            appliance.restart("shards=2");
        }
    }

    @Test
    void shouldGoOnByItselfOnEveryShardWhenTheApplianceComesBack() throws IOException {
        Entry sum = new Entry(16);
        try (RunningAppliance two = new RunningAppliance("shards=2", "namespaces=orders:2");
                ShardedSession session = ShardedSession.connectAgain(
                        SessionAddress.of(two.dir()), "orders", ClientId.random(), RunningAppliance.TIMEOUT_NS)) {
            for (int round = 1; round <= 3; round++) {
                for (int i = 0; i < 20; i++) {
                    assertThat(session.add(new Key("key-" + i), 1, sum)).isIn(Status.OK, Status.DONE_BEFORE);
                }
                two.restart();
            }
            for (int i = 0; i < 20; i++) {
                assertThat(session.get(new Key("key-" + i), sum)).isEqualTo(Status.OK);
                assertThat(sum.value().getLong(0)).isEqualTo(3);
            }
        }
    }

    @Test
    void shouldBringHandlesOfEveryShardBackAfterARestart() throws IOException {
        try (RunningAppliance two = new RunningAppliance("shards=2");
                ShardedSession session = ShardedSession.connectAgain(
                        SessionAddress.of(two.dir()), "", ClientId.random(), RunningAppliance.TIMEOUT_NS)) {
            int count = 40;
            Key[] keys = new Key[count + 1];
            long[] handles = new long[count + 1];
            for (int i = 0; i < count; i++) {
                keys[i] = new Key("again:" + i);
                value.setUtf8("value " + i);
                assertThat(session.put(keys[i], value, entry)).isEqualTo(Status.OK);
                handles[i] = entry.handle();
            }
            keys[count] = new Key("never there");
            handles[count] = handles[0];
            long oneOfEach =
                    Arrays.stream(handles).map(Handle::shard).distinct().count();
            assertThat(oneOfEach).isEqualTo(2);
            two.restart();
            for (long handle : handles) {
                assertThat(session.get(handle, entry)).isEqualTo(Status.EPOCH_CHANGED);
            }
            assertThat(session.revalidate(handles, keys, entry)).isEqualTo(Status.OK);
            assertThat(handles[count]).isZero();
            for (int i = 0; i < count; i++) {
                assertThat(session.get(handles[i], entry)).isEqualTo(Status.OK);
                assertThat(entry.value().toUtf8()).isEqualTo("value " + i);
            }
            two.restart();
            assertThat(session.get(handles[0], entry)).isEqualTo(Status.EPOCH_CHANGED);
            session.adoptEpoch(); // the region is the same one
            assertThat(session.get(handles[0], entry)).isEqualTo(Status.OK);
        }
    }

    @Test
    void shouldKeepTheSessionsWithAllShardsWhileOnlyOneIsAsked() throws IOException {
        try (RunningAppliance two = new RunningAppliance("shards=2", "liveness-timeout=300ms");
                ShardedSession session = connect(two, "")) {
            key.setUtf8("asked");
            int asked = session.route().shardOf(key);
            value.setUtf8("v");
            assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            long endNs = System.nanoTime() + 1_500_000_000L;
            while (System.nanoTime() - endNs < 0) {
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            }
            Key other = new Key("other:0");
            for (int i = 1; session.route().shardOf(other) == asked; i++) {
                other.setUtf8("other:" + i);
            }
            assertThat(session.put(other, value, entry)).isEqualTo(Status.OK);
        }
    }

    @Test
    void shouldNotTouchWhatWasGivenForARequestThatWasGivenUp() throws IOException {
        long timeoutNs = 2_000_000_000L;
        try (RunningAppliance two = new RunningAppliance("shards=2", "liveness-timeout=4s");
                ShardedSession session = ShardedSession.connect(two.dir(), timeoutNs)) {
            Key[] keys = {keyOf(session, 0), keyOf(session, 1)};
            value.setUtf8("from the shard");
            for (Key each : keys) {
                assertThat(session.put(each, value, entry)).isEqualTo(Status.OK);
            }
            Entry late = new Entry(64);
            CountDownLatch goesOn = new CountDownLatch(1);
            CountDownLatch stands = new CountDownLatch(1);
            two.startOnShard(engine -> {
                stands.countDown();
                await(goesOn);
            });
            await(stands);
            assertThat(session.get(keys[0], late)).isEqualTo(Status.UNKNOWN);
            late.value().setUtf8("mine again");
            goesOn.countDown();
            askFor(session, keys[1], session.limits().livenessTimeoutNs() / 4);
            assertThat(late.value().toUtf8()).isEqualTo("mine again");
            assertThat(session.get(keys[0], late)).isEqualTo(Status.OK);
            assertThat(late.value().toUtf8()).isEqualTo("from the shard");
        }
    }

    @Test
    void shouldLetTheConsumerOfAScanAskAnotherShard() throws IOException {
        try (RunningAppliance two = new RunningAppliance("shards=2", "liveness-timeout=400ms");
                ShardedSession session = connect(two, "")) {
            Key[] keys = {keyOf(session, 0), keyOf(session, 1)};
            value.setUtf8("v");
            for (Key each : keys) {
                assertThat(session.put(each, value, entry)).isEqualTo(Status.OK);
            }
            Map<String, Integer> found = new HashMap<>();
            assertThat(session.scan(new Key("shard:"), 10, (each, at) -> {
                        found.merge(each.toUtf8(), 1, Integer::sum);
                        askFor(session, keys[1 - session.route().shardOf(each)], 100_000_000L);
                    }))
                    .isEqualTo(Status.OK);
            assertThat(found).hasSize(2);
            assertThat(found.values()).containsOnly(1);
        }
    }

    private void askFor(ShardedSession session, Key asked, long lengthNs) {
        long endNs = System.nanoTime() + lengthNs;
        while (System.nanoTime() - endNs < 0) {
            assertThat(session.get(asked, entry)).isEqualTo(Status.OK);
        }
    }

    private static Key keyOf(ShardedSession session, int shard) {
        Key found = new Key("shard:0");
        for (int i = 1; session.route().shardOf(found) != shard; i++) {
            found.setUtf8("shard:" + i);
        }
        return found;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldSayWhichValuesABatchHasNoRoomForEvenAfterOneThatHad() throws IOException {
        Value hundred = new Value(100);
        hundred.resize(100);
        try (RunningAppliance two = new RunningAppliance("shards=2");
                ShardedSession session = ShardedSession.connect(two.dir(), RunningAppliance.TIMEOUT_NS)) {
            Batch roomy = new Batch(1024);
            Batch narrow = new Batch(16);
            for (int i = 0; i < 10; i++) {
                Key key = new Key("hundred:" + i);
                assertThat(session.put(key, hundred, new Entry(100))).isEqualTo(Status.OK);
                roomy.add(key);
                narrow.add(key);
            }
            assertThat(session.get(roomy)).isEqualTo(Status.OK);
            assertThat(session.get(narrow)).isEqualTo(Status.OK);
            for (int i = 0; i < 10; i++) {
                assertThat(roomy.status(i)).isEqualTo(Status.OK);
                assertThat(narrow.status(i)).isEqualTo(Status.VALUE_TOO_LONG);
            }
        }
    }
}
