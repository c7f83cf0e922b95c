package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.RetryTable;
import io.needletail.registry.StoreProbe;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.RetryLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the shard knows of the requests of a client that may repeat them, over restarts and kills. */
class RetryTest {
    private static final long SEED = 77;
    private static final long HIGH = 0x1234;
    private static final long LOW = 0x5678;

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    private final Key key = new Key("retry:1");
    private final Value value = new Value(64);
    private final Entry entry = new Entry(64);
    private ScratchRegion region;
    private ShardEngine engine;

    @BeforeEach
    void formatAndAttach() {
        region = new ScratchRegion(ScratchRegion.small(), SEED);
        engine = attach(region.segment());
        value.setUtf8("v");
    }

    @AfterEach
    void free() {
        StoreProbe.remove();
        region.close();
    }

    private static ShardEngine attach(MemorySegment segment) {
        ShardEngine attached = ShardEngine.attach(segment);
        assertThat(attached.report().fault()).isEqualTo(RegionFault.NONE);
        attached.serve();
        return attached;
    }

    private int request(int client, long request) {
        engine.beginRequest(client, request);
        int status = engine.put(key, value, entry);
        engine.endRequest();
        return status;
    }

    @Test
    void shouldRememberTheLastRequestsOfAClientOverARestart() {
        int client = engine.registerClient(HIGH, LOW);
        for (long request : new long[] {5, 6, 9, 40, 68}) {
            assertThat(request(client, request)).isEqualTo(Status.OK);
        }
        long version = entry.version();
        engine.put(key, value, entry); // another client's
        engine = attach(region.segment());
        assertThat(engine.registerClient(HIGH, LOW)).isEqualTo(client);
        RetryTable retries = engine.registry().retries();
        assertThat(retries.lastRequest(client)).isEqualTo(68);
        assertThat(retries.lastVersion(client)).isEqualTo(version);
        assertThat(retries.lastHandle(client)).isEqualTo(entry.handle());
        for (long request = 5; request <= 68; request++) {
            boolean wasSent = request == 5 || request == 6 || request == 9 || request == 40 || request == 68;
            assertThat(retries.wasApplied(client, request)).as("%d", request).isEqualTo(wasSent);
        }
        assertThat(retries.wasApplied(client, 4)).as("beyond the window").isFalse();
    }

    @Test
    void shouldTakeTheEntryThatWasNotUsedForLongestAndNoneOfAConnectedClient() {
        RetryTable retries = engine.registry().retries();
        for (int i = 0; i < RegionSizing.RETRY_SESSIONS; i++) {
            engine.advanceTime(1_000 + i);
            int client = engine.registerClient(HIGH, i + 1);
            assertThat(client).isEqualTo(i);
            retries.connected(client, true);
        }
        assertThat(engine.registerClient(HIGH, 1000)).isEqualTo(RetryTable.NONE);
        retries.connected(7, false);
        retries.connected(9, false);
        engine.advanceTime(2_000);
        assertThat(request(7, 1)).isEqualTo(Status.OK);
        assertThat(engine.registerClient(HIGH, 1000)).isEqualTo(9);
        assertThat(retries.find(HIGH, 10)).isEqualTo(RetryTable.NONE);
        assertThat(retries.lastRequest(9)).isZero();
        engine = attach(region.segment());
        assertThat(engine.registry().retries().find(HIGH, 1000)).isEqualTo(9);
        assertThat(engine.registry().retries().find(HIGH, 8)).isEqualTo(7);
    }

    @Test
    void shouldRefuseARegionWhoseEntryHasNoWholeCopy() {
        int client = engine.registerClient(HIGH, LOW);
        request(client, 3);
        request(client, 4);
        try (Arena arena = Arena.ofConfined()) {
            long table = RegionHeader.of(region.segment()).layout().retryOffset();
            MemorySegment copy = region.copyInto(arena);
            flip(copy, table + RetryLayout.REQUEST_OFFSET);
            ShardEngine half = ShardEngine.attach(copy);
            assertThat(half.report().fault()).as("the other copy is whole").isEqualTo(RegionFault.NONE);
            flip(copy, table + RetryLayout.COPY_LENGTH + RetryLayout.APPLIED_OFFSET);
            flip(copy, table + RetryLayout.REQUEST_OFFSET); // whichever was written meanwhile
            flip(copy, table + RetryLayout.HANDLE_OFFSET);
            assertThat(ShardEngine.attach(copy).report().fault()).isEqualTo(RegionFault.RETRY_TABLE_DAMAGED);
        }
    }

    private static void flip(MemorySegment segment, long offset) {
        segment.set(ValueLayout.JAVA_BYTE, offset, (byte) (segment.get(ValueLayout.JAVA_BYTE, offset) ^ 1));
    }

    @Test
    void shouldKnowOfEveryRequestWhetherItHappenedWhereverTheShardIsStopped() {
        long required = Proof.required(10_000, 1_000_000);
        long seed = Seed.of(SEED);
        long points = 0;
        for (long run = 0; points < required; run++) {
            points += crashEveryStoreOfARun(seed + run);
        }
        Proof.note("crash-between-stores-retries", required, points, seed);
    }

    private static long crashEveryStoreOfARun(long seed) {
        long points = 0;
        ShardOracle oracle = new ShardOracle(seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), seed)) {
            ShardEngine engine = attach(region.segment());
            int client = engine.registerClient(HIGH, LOW);
            long request = 0;
            for (int i = 0; i < 40; i++) {
                request += 1 + random.nextInt(3);
                oracle.draw();
                points += crashEveryStore(region, oracle, client, request);
                engine.beginRequest(client, request);
                int status = oracle.apply(engine);
                engine.endRequest();
                assertThat(status).isEqualTo(oracle.expectedStatus());
                oracle.happened(engine);
            }
        }
        return points;
    }

    private static long crashEveryStore(ScratchRegion region, ShardOracle oracle, int client, long request) {
        Map<String, String> before = ShardOracle.printable(oracle.expected());
        Map<String, String> after = ShardOracle.printable(oracle.expectedAfter());
        for (long stopAt = 0; ; stopAt++) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment copy = region.copyInto(arena);
                ShardEngine victim = attach(copy);
                boolean killed = runKilledAt(stopAt, victim, oracle, client, request);
                ShardEngine next = attach(copy);
                RetryTable retries = next.registry().retries();
                boolean isKnown = retries.lastRequest(client) == request && retries.wasApplied(client, request);
                Map<String, String> found = ShardOracle.printable(ShardOracle.stateOf(next, ShardOracle.allKeys()));
                if (!before.equals(after)) {
                    assertThat(isKnown).as("stopped before store %d", stopAt).isEqualTo(found.equals(after));
                } else if (oracle.expectedStatus() != Status.OK) {
                    assertThat(isKnown)
                            .as("refused, stopped before store %d", stopAt)
                            .isFalse();
                }
                if (!killed) {
                    return stopAt + 1;
                }
            }
        }
    }

    private static boolean runKilledAt(long stopAt, ShardEngine victim, ShardOracle oracle, int client, long request) {
        long[] stores = {stopAt};
        victim.beginRequest(client, request);
        StoreProbe.install((address, lengthBytes) -> {
            if (stores[0]-- == 0) {
                throw new Killed();
            }
        });
        try {
            oracle.apply(victim);
            return false;
        } catch (Killed killed) {
            return true;
        } finally {
            StoreProbe.remove();
        }
    }
}
