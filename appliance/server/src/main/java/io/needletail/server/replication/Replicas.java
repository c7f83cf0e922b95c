package io.needletail.server.replication;

import io.needletail.client.PrimaryPlace;
import io.needletail.engine.MutationLog;
import io.needletail.engine.ShardEngine;
import io.needletail.rdma.LibFabric;
import io.needletail.replication.Candidacy;
import io.needletail.replication.FileMembership;
import io.needletail.replication.Member;
import io.needletail.replication.Primary;
import io.needletail.replication.WatchedMembership;
import io.needletail.server.RegionStore;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.Option;
import io.needletail.server.remote.ConfiguredFabric;
import io.needletail.server.session.MirrorState;
import java.io.IOException;
import java.nio.channels.FileChannel;
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
    private final List<FileChannel> held = new ArrayList<>();
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

    /** What a shard's members know of versions that were issued; 1 without members. */
    public static long leastVersion(Configuration configuration, int shard) throws IOException {
        return configuration.membership() == null
                ? 1
                : Candidacy.leastVersion(
                        MirrorSettings.membership(configuration, shard).configuration());
    }

    /**
     * Enters the membership with regions that are attached to, each for an epoch that nobody else has.
     *
     * @param sessions where clients reach the appliance
     * @param recheck has a shard's thread look at its log's consumers again
     * @param onDeposed another member has taken over
     */
    public static Replicas open(
            Configuration configuration,
            List<RegionStore> regions,
            String sessions,
            IntConsumer recheck,
            Runnable onDeposed,
            Consumer<String> log,
            Consumer<String> loud)
            throws IOException {
        Replicas replicas = new Replicas(configuration, onDeposed, log, loud);
        try {
            for (int i = 0; i < regions.size(); i++) {
                int shard = i;
                replicas.add(configuration, regions.get(i), shard, sessions, () -> recheck.accept(shard));
            }
            return replicas;
        } catch (IOException | RuntimeException e) {
            replicas.close();
            throw e;
        }
    }

    private void add(Configuration configuration, RegionStore region, int shard, String sessions, Runnable recheck)
            throws IOException {
        FileMembership membership = MirrorSettings.membership(configuration, shard);
        ShardEngine engine = region.engine();
        int id = MirrorSettings.member(configuration);
        held.add(membership.hold(id));
        var agreed = enter(
                membership, configuration, id, engine.epoch(), engine.live().epochFirstVersion());
        WatchedMembership watched = new WatchedMembership(
                membership, fault -> loud.accept("mirrors: the membership is not read: " + fault));
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
        primaries.add(new Primary(member, agreed, engine.live(), gate, recheck, System.nanoTime()));
        log.accept("member " + id + " is the primary of shard " + shard + " in epoch " + agreed.logEpoch()
                + ", provider " + fabric.description().provider());
    }

    private static io.needletail.replication.Configuration enter(
            FileMembership membership, Configuration configuration, int id, long epoch, long firstVersion)
            throws IOException {
        var now = membership.configuration();
        if (now == null) {
            var first = io.needletail.replication.Configuration.first(
                    id,
                    epoch,
                    (int) configuration.get(Option.LEAST_MIRRORED),
                    configuration.get(Option.LEASE),
                    firstVersion);
            if (membership.compareAndSet(-1, first)) {
                return first;
            }
        } else {
            var won = Candidacy.begin(membership, id, epoch, firstVersion);
            if (won != null) {
                return won;
            }
            var again = membership.wanted() == id
                    ? Candidacy.resume(membership, id, epoch, firstVersion)
                    : Candidacy.alone(membership, id, epoch, firstVersion);
            if (again != null) {
                membership.wantNobody();
                return again;
            }
        }
        throw new ConfigurationException("membership=" + membership + ": it says " + membership.configuration()
                + ", and this is member " + id + " in epoch " + epoch + "; start again to follow its primary");
    }

    public void start() {
        AgentRunner.startOnThread(runner);
    }

    /** The shards serve: clients that look for the primary find it here. */
    public void tellClients(Path folder) {
        long epoch = primaries.getFirst().configuration().logEpoch();
        new PrimaryPlace(epoch, folder).write(membership);
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
        for (FileChannel channel : held) {
            try {
                channel.close();
            } catch (IOException e) {
                log.accept("mirrors: " + e.getMessage());
            }
        }
    }
}
