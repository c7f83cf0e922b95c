package io.needletail.replication;

import io.needletail.engine.BeforeEpoch;
import io.needletail.engine.MutationLog;
import io.needletail.engine.ShardEngine;
import io.needletail.rdma.SimFabric;
import io.needletail.registry.RegionFormatter;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionSizing;
import java.lang.foreign.MemorySegment;

/** A machine of the simulated shard: its clock, its region, and what it is at the moment. */
final class SimNode {
    static final long DATA_SET = 77;
    private static final RegionFormatter.Identity IDENTITY =
            new RegionFormatter.Identity(DATA_SET, ~DATA_SET, 0, 1, 2, 0);

    final int id;
    final MemorySegment region;
    final SimMembership.View membership;
    private final SimCluster cluster;
    private final RegionSizing sizing;
    private final double rate;
    private final long offsetNs;

    SimFabric host;
    Member member;
    ShardEngine engine;
    Primary primary;
    Mirror mirror;
    Candidacy candidacy;
    boolean isDead;
    private long lives;

    SimNode(SimCluster cluster, int id, RegionSizing sizing, double rate, long offsetNs) {
        this.cluster = cluster;
        this.id = id;
        this.sizing = sizing;
        this.rate = rate;
        this.offsetNs = offsetNs;
        region = cluster.network.allocate(RegionFormatter.lengthBytes(sizing));
        membership = cluster.membership.view();
        RegionFormatter.format(region, sizing, IDENTITY);
    }

    long nowNs() {
        return offsetNs + (long) (cluster.trueNs * rate);
    }

    /** What this machine's clock said then, a little earlier. */
    long trueNs(long localNs) {
        return (long) ((localNs - offsetNs) / rate) - 1;
    }

    private void join() {
        host = cluster.network.host();
        member =
                new Member(id, host, membership, SimCluster.TIMING, region, ++lives << 32, "node-" + id, cluster.rules);
    }

    /** The first of all: nobody else has anything. */
    void begin(int least) {
        join();
        lead(attach((epoch, version) -> {
            Configuration first = Configuration.first(id, epoch, least, SimCluster.LEASE_NS, version);
            return membership.compareAndSet(-1, first) ? first : null;
        }));
    }

    /** On a region that is empty, or that nobody asks for. */
    void mirror() {
        join();
        follow();
    }

    private void follow() {
        mirror = new Mirror(member, RegionHeader.of(region), this::nowNs);
        primary = null;
        engine = null;
        candidacy = null;
    }

    /** Has the members agree before the epoch is opened. */
    private interface Agreement {
        Configuration on(long epoch, long firstVersion);
    }

    /** The configuration in which this one is the primary, or null when the members do not agree: then nothing was opened. */
    private Configuration attach(Agreement agreement) {
        Configuration[] agreed = new Configuration[1];
        BeforeEpoch members = new BeforeEpoch() {
            @Override
            public void ringEnds(long position) {}

            @Override
            public long leastVersion() {
                return Candidacy.leastVersion(membership.configuration(), cluster.rules);
            }

            @Override
            public void opens(long epoch, long firstVersion) {
                agreed[0] = agreement.on(epoch, firstVersion);
                if (agreed[0] == null) {
                    throw new Disagreement();
                }
            }
        };
        try {
            engine = ShardEngine.attach(region, members);
        } catch (Disagreement e) {
            return null;
        }
        assert engine.report().isWhole() : engine.report().explain();
        return agreed[0];
    }

    private static final class Disagreement extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void lead(Configuration configuration) {
        long gate = engine.log().consumerAddress(engine.log().addConsumer("mirrors", MutationLog.GATING));
        primary = new Primary(member, configuration, engine.live(), gate, engine.log()::recheckConsumers, nowNs());
        mirror = null;
        candidacy = null;
        engine.serve();
    }

    void turn() {
        if (primary != null) {
            primary.turn(nowNs());
            cluster.told(primary.configuration().logEpoch(), primary.told());
            if (primary.isDeposed()) {
                engine.retreat();
                follow();
            }
            return;
        }
        mirror.turn(nowNs());
        if (candidacy != null) {
            goOn();
        }
    }

    private void goOn() {
        switch (candidacy.turn(nowNs())) {
            case WON -> {
                Configuration agreed =
                        attach((epoch, version) -> Candidacy.open(membership, id, epoch, version, cluster.rules));
                if (agreed == null) { // somebody else has claimed the next one
                    follow();
                    return;
                }
                assert engine.epoch() == agreed.logEpoch() : engine.epoch();
                cluster.tookOver(this);
                lead(agreed);
            }
            case LOST -> candidacy = null;
            case GATHERING -> {}
        }
    }

    void promote() {
        if (mirror != null && candidacy == null) {
            candidacy = Candidacy.begin(mirror, nowNs());
            candidacy = candidacy.state() == Candidacy.State.LOST ? null : candidacy;
        }
    }

    boolean serves() {
        return !isDead && primary != null && primary.mayServe(nowNs());
    }

    /** The power of the process: memory that others wrote to is gone, the region is in shared memory still. */
    void kill() {
        isDead = true;
        primary = null;
        mirror = null;
        candidacy = null;
        engine = null;
        cluster.network.kill(host);
    }

    /** As the primary again, where nobody else has the log, else as a mirror. */
    void restart() {
        isDead = false;
        membership.cutOff(false);
        if (!Candidacy.isAlone(membership.configuration(), id)) {
            mirror();
            return;
        }
        join();
        Configuration again = attach((epoch, version) -> Candidacy.alone(membership, id, epoch, version));
        assert again != null : membership.configuration();
        lead(again);
    }
}
