package io.needletail.server.replication;

import io.needletail.client.PrimaryPlace;
import io.needletail.engine.MutationLog;
import io.needletail.engine.ShardEngine;
import io.needletail.rdma.LibFabric;
import io.needletail.replication.Member;
import io.needletail.replication.Primary;
import io.needletail.replication.WatchedMembership;
import io.needletail.server.RegionStore;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.Option;
import io.needletail.server.remote.ConfiguredFabric;
import io.needletail.server.session.MirrorState;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;

/**
 * The mirrors of an appliance that is the primary: a member and its protocol for each shard, and one thread, {@code replication}, that writes
 * to mirrors and takes their reports. Opened and closed by the thread that starts the appliance.
 */
public final class Replicas implements AutoCloseable {
    private final LibFabric fabric;
    private final List<WatchedMembership> memberships = new ArrayList<>();
    private final List<Member> members = new ArrayList<>();
    private final List<Primary> primaries = new ArrayList<>();
    private final int needed;
    private final Path membership;
    private final Runnable onDeposed;
    private final Consumer<String> log;
    /** For what an operator must not miss. */
    private final Consumer<String> loud;

    private final AgentRunner runner;
    private volatile boolean isDeposed;

    private Replicas(Configuration configuration, Runnable onDeposed, Consumer<String> log, Consumer<String> loud) {
        this.onDeposed = onDeposed;
        this.log = log;
        this.loud = loud;
        membership = configuration.membership();
        needed = (int) configuration.get(Option.MIN_MIRRORS);
        fabric = MirrorSettings.fabric(configuration);
        runner = new AgentRunner(
                ConfiguredFabric.idle(configuration), error -> loud.accept("mirrors: " + error), null, new Turns());
    }

    /**
     * Begins with regions that are attached to, each for an epoch that its members have agreed on.
     *
     * @param entrances by which they were; closed behind this one
     * @param sessions where clients reach the appliance
     * @param recheck has a shard's thread look at its log's consumers again
     * @param onDeposed another member has taken over
     */
    public static Replicas open(
            Configuration configuration,
            List<RegionStore> regions,
            List<Entrance> entrances,
            String sessions,
            IntConsumer recheck,
            Runnable onDeposed,
            Consumer<String> log,
            Consumer<String> loud) {
        Replicas replicas = new Replicas(configuration, onDeposed, log, loud);
        try {
            for (int i = 0; i < regions.size(); i++) {
                int shard = i;
                replicas.add(
                        configuration, regions.get(i), entrances.get(i), shard, sessions, () -> recheck.accept(shard));
            }
            return replicas;
        } catch (RuntimeException e) {
            replicas.close();
            throw e;
        }
    }

    private void add(
            Configuration configuration,
            RegionStore region,
            Entrance entrance,
            int shard,
            String sessions,
            Runnable recheck) {
        ShardEngine engine = region.engine();
        int id = MirrorSettings.member(configuration);
        WatchedMembership watched = new WatchedMembership(
                entrance.members(), fault -> loud.accept("mirrors: the membership is not read: " + fault));
        memberships.add(watched);
        Member member = new Member(
                id,
                fabric,
                watched,
                MirrorSettings.timing(configuration),
                region.segment(),
                MirrorSettings.incarnation(),
                sessions);
        members.add(member);
        MutationLog ring = engine.log();
        long gate = ring.consumerAddress(ring.addConsumer("mirrors", MutationLog.GATING));
        primaries.add(new Primary(member, entrance.agreed(), engine.live(), gate, recheck, System.nanoTime()));
        log.accept("member " + id + " is the primary of shard " + shard + " in epoch "
                + entrance.agreed().logEpoch() + ", provider "
                + fabric.description().provider());
    }

    public void start() {
        AgentRunner.startOnThread(runner);
    }

    /** The shards serve: clients that look for the primary find it here. */
    public void tellClients(Path folder) {
        long epoch = primaries.getFirst().configuration().logEpoch();
        try {
            new PrimaryPlace(epoch, folder).write(membership);
        } catch (UncheckedIOException e) {
            loud.accept("mirrors: clients that look for the primary do not find this one: " + e.getMessage());
        }
    }

    public boolean isDeposed() {
        return isDeposed;
    }

    /** What a shard's thread asks. */
    public MirrorState state(int shard) {
        return new State(primaries.get(shard), needed);
    }

    private record State(Primary primary, int needed) implements MirrorState {
        @Override
        public boolean mayServe(long nowNs) {
            return primary.mayServe(nowNs);
        }

        @Override
        public long leaseUntilNs(long unboundedNs) {
            long untilNs = primary.leaseUntilNs();
            return untilNs - unboundedNs < 0 ? untilNs : unboundedNs;
        }

        @Override
        public int count() {
            return primary.configuration().mirrorCount();
        }

        @Override
        public int least() {
            return primary.configuration().least();
        }

        @Override
        public long lagNs() {
            return primary.lagNs();
        }

        @Override
        public long keptSequence() {
            return primary.keptSequence();
        }

        @Override
        public long dropped() {
            return primary.dropped();
        }
    }

    /** A turn of each shard's. */
    private final class Turns implements Agent {
        @Override
        public int doWork() {
            int work = 0;
            long nowNs = System.nanoTime();
            for (int i = 0; i < primaries.size(); i++) {
                work += primaries.get(i).turn(nowNs);
                if (!isDeposed && primaries.get(i).isDeposed()) {
                    stepDown(i);
                }
            }
            return work;
        }

        @Override
        public String roleName() {
            return "replication";
        }
    }

    private void stepDown(int shard) {
        isDeposed = true;
        loud.accept("shard " + shard + ": another member has taken over; what was not mirrored is unknown to it");
        onDeposed.run();
    }

    /** Behind the shards: nothing is acknowledged any more. */
    @Override
    public void close() {
        runner.close();
        members.forEach(Member::close);
        memberships.forEach(WatchedMembership::close);
        fabric.close();
    }
}
