package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.engine.ShardEngine;
import io.needletail.memory.StallRing;
import io.needletail.protocol.CloseReason;
import io.needletail.registry.view.RegionState;
import io.needletail.registry.view.ShardRoute;
import io.needletail.registry.view.SlotReader;
import io.needletail.server.Counter;
import io.needletail.server.CountersFile;
import io.needletail.server.WallClock;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.Option;
import io.needletail.testing.ScratchRegion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentInvoker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps the duty cycle by hand, with a clock of its own. */
class ShardAgentTest {
    private static final long MS = 1_000_000L;

    @TempDir
    private Path folder;

    private final long[] nowNs = {1_000 * MS};
    private final int[] driverTurns = new int[1];
    private ScratchRegion region;
    private ShardEngine engine;
    private ShardAgent agent;
    private CountersFile counters;
    private final StallRing stalls = StallRing.inMemory();
    private long leaseNs;

    private static final class NoControl implements ControlPlane {
        @Override
        public void connect(SessionLane lane, ConnectRequest request) {
            throw new AssertionError("nobody connects");
        }

        @Override
        public void close(SessionLane lane) {
            throw new AssertionError("nobody closes");
        }
    }

    @BeforeEach
    void assemble() throws IOException {
        region = new ScratchRegion(ScratchRegion.small(), 1);
        engine = ShardEngine.attach(region.segment());
        Configuration configuration = Configuration.of(new Properties(), "latency", List.of());
        leaseNs = configuration.get(Option.LEASE);
        counters = CountersFile.create(folder.resolve("counters"));
        AgentInvoker driver = new AgentInvoker(error -> {}, null, new Agent() {
            @Override
            public int doWork() {
                driverTurns[0]++;
                return 0;
            }

            @Override
            public String roleName() {
                return "driver";
            }
        });
        driver.start();
        ScanAgent scans = new ScanAgent(new SlotReader(region.segment(), () -> nowNs[0]), () -> nowNs[0], MS);
        agent = new ShardAgent(
                engine,
                configuration,
                () -> nowNs[0],
                new WallClock(0, 0),
                driver,
                new NoControl(),
                scans,
                new ValueAgent(new SlotReader(region.segment(), () -> nowNs[0]), () -> nowNs[0], MS),
                new ShardRoute(0, 1),
                counters,
                stalls,
                MirrorState.NONE,
                () -> {});
        agent.onStart();
        assertThat(scans.doWork()).isZero();
    }

    @AfterEach
    void free() {
        region.close();
    }

    @Test
    void shouldKeepAnEndedLanesPlaceWhileAScanOrALargeValueIsUnderWayForIt() {
        SessionLane lane = new SessionLane(null, new Frame(), null, 16, nowNs[0]);
        lane.scans().offered();
        lane.values().offered();
        assertThat(lane.close(CloseReason.REQUESTED, "over")).isTrue();
        assertThat(lane.isOver()).isFalse();
        lane.scans().done();
        assertThat(lane.isOver()).isFalse();
        lane.values().done();
        assertThat(lane.isOver()).isTrue();
    }

    @Test
    void shouldRenewTheLeaseAndPublishCountersOnceAMillisecond() {
        agent.serve();
        agent.doWork();
        long first = engine.live().leaseUntilNs();
        assertThat(first).isEqualTo(nowNs[0] + leaseNs);
        nowNs[0] += MS / 2;
        agent.doWork();
        assertThat(engine.live().leaseUntilNs()).isEqualTo(first);
        nowNs[0] += MS;
        agent.doWork();
        assertThat(engine.live().leaseUntilNs()).isEqualTo(nowNs[0] + leaseNs);
        assertThat(counters.get(Counter.EPOCH)).isEqualTo(1);
        assertThat(counters.get(Counter.FREE_SLOTS)).isEqualTo(1024);
    }

    @Test
    void shouldTurnTheDriverOnceAMillisecondWhenNothingHappens() {
        agent.doWork();
        int before = driverTurns[0];
        for (int i = 0; i < 100; i++) {
            nowNs[0] += MS / 50;
            assertThat(agent.doWork()).isZero();
        }
        assertThat(driverTurns[0] - before).isBetween(1, 2);
    }

    @Test
    void shouldRunItsMailInOrderOneNoteACycle() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int note = i;
            assertThat(agent.tell((shard, at) -> order.add(note))).isTrue();
        }
        assertThat(agent.doWork()).isEqualTo(1);
        assertThat(order).containsExactly(0);
        agent.doWork();
        agent.doWork();
        assertThat(order).containsExactly(0, 1, 2);
        int accepted = 0;
        while (agent.tell((shard, at) -> {})) {
            accepted++;
        }
        assertThat(accepted).isEqualTo(1024); // a full mailbox refuses, it does not block
    }

    @Test
    void shouldTellReadersWhenItServesRetreatsAndFails() {
        assertThat(engine.live().state()).isEqualTo(RegionState.RECOVERING);
        agent.serve();
        assertThat(engine.live().state()).isEqualTo(RegionState.SERVING);
        agent.onClose();
        assertThat(engine.live().state()).isEqualTo(RegionState.RECOVERING);
        assertThat(engine.live().leaseUntilNs()).isEqualTo(nowNs[0]);
        agent.fail();
        agent.onClose();
        assertThat(engine.live().state()).isEqualTo(RegionState.FAILED);
        nowNs[0] += 10 * MS;
        assertThat(agent.doWork()).isZero();
    }

    @Test
    void shouldNoteACycleThatTookOverTenMicroseconds() {
        agent.doWork();
        nowNs[0] += 10_000;
        agent.doWork();
        assertThat(stalls.read()).isEmpty();
        long began = nowNs[0];
        nowNs[0] += 250_000;
        agent.doWork();
        assertThat(stalls.read()).hasSize(1);
        assertThat(stalls.read().get(0).beganNs()).isEqualTo(began);
        assertThat(stalls.read().get(0).durationNs()).isEqualTo(250_000);
        nowNs[0] += 2 * MS; // published with the next housekeeping
        agent.doWork();
        assertThat(counters.get(Counter.STALLS)).isEqualTo(2);
        assertThat(counters.get(Counter.MAX_CYCLE_NS)).isEqualTo(2 * MS);
    }

    @Test
    void shouldMeasureItsLongestCycle() {
        agent.doWork();
        nowNs[0] += 3 * MS;
        agent.doWork();
        nowNs[0] += 2 * MS;
        agent.doWork();
        assertThat(counters.get(Counter.MAX_CYCLE_NS)).isEqualTo(3 * MS);
    }
}
