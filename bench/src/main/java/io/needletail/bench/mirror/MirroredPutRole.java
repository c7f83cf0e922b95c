package io.needletail.bench.mirror;

import io.needletail.bench.durability.BesideShard;
import io.needletail.bench.durability.PlacedShard;
import io.needletail.bench.process.Coordinator;
import io.needletail.bench.stats.LatencyRecorder;
import io.needletail.engine.MutationLog;
import io.needletail.engine.ShardEngine;
import io.needletail.memory.ThreadPinning;
import io.needletail.rdma.LibFabric;
import io.needletail.registry.view.Level;
import io.needletail.replication.Configuration;
import io.needletail.replication.FileMembership;
import io.needletail.replication.Member;
import io.needletail.replication.Primary;
import io.needletail.replication.Timing;
import io.needletail.replication.WatchedMembership;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The process with two shards, one that is mirrored and one that is not. A put until one mirror has it: shard and replication on this thread.
 * A put beside which it is mirrored: replication on the other core, where the mirror is too.
 */
public final class MirroredPutRole {
    static final int MEMBER = 0;
    static final String WRITE = "write";
    static final String MIRRORED = "put.mirrored1";
    static final String MEMORY = "put.memory";
    static final String WITH_MIRROR = "put.memory.withMirror";

    /** A mirror that rests while something else is measured is not dropped; else as in an appliance. */
    static final Timing TIMING = Timing.of(600_000_000_000L);

    private static final long LEASE_NS = 1_000_000_000_000L;

    private final TimedTurns turns = new TimedTurns();
    private final PlacedShard plain;
    private final PlacedShard mirrored;
    private final Primary primary;
    private final BareLines lines;
    private final BesideShard replication;
    private long sent;

    private MirroredPutRole(Map<String, String> settings) throws IOException {
        Path regions = Path.of(settings.get("regions"));
        int slots = Integer.parseInt(settings.get("slots"));
        plain = new PlacedShard(regions.resolve("plain"), null, null, slots);
        mirrored = new PlacedShard(regions.resolve("mirrored"), null, null, slots);
        LibFabric fabric = LibFabric.open(settings.get("provider"), "");
        lines = new BareLines(fabric);
        primary = lead(fabric, new FileMembership(Path.of(settings.get("membership"))));
        replication = new BesideShard("replication", this::turnBeside, Integer.parseInt(settings.get("other")), 0);
    }

    private Primary lead(LibFabric fabric, FileMembership files) {
        ShardEngine engine = mirrored.engine();
        Configuration first = Configuration.first(
                MEMBER, engine.epoch(), 1, LEASE_NS, engine.live().epochFirstVersion());
        if (!files.compareAndSet(-1, first)) {
            throw new IllegalStateException(files + " is not empty");
        }
        Member member = new Member(
                MEMBER,
                fabric,
                new WatchedMembership(files, System.err::println),
                TIMING,
                mirrored.region(),
                System.currentTimeMillis() << 20,
                "");
        MutationLog ring = engine.log();
        long gate = ring.consumerAddress(ring.addConsumer("mirrors", MutationLog.GATING));
        return new Primary(member, first, engine.live(), gate, ring::recheckConsumers, System.nanoTime());
    }

    public static void run(Map<String, String> settings) throws IOException {
        MirroredPutRole role = new MirroredPutRole(settings);
        Coordinator.say(RemoteTargetRole.PLACE + role.lines.place());
        role.lines.connect(FabricPlace.parse(Coordinator.next(role::turn)));
        role.awaitMirror();
        int core = Integer.parseInt(settings.get("core"));
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        Coordinator.say("ready");
        for (String word = Coordinator.next(() -> {}); !word.equals("stop"); word = Coordinator.next(() -> {})) {
            String[] parts = word.split(" ");
            role.play(parts[0], Double.parseDouble(parts[1]), Long.parseLong(parts[2]));
        }
        Coordinator.say("done");
    }

    private void awaitMirror() {
        while (primary.configuration().mirrorCount() == 0) {
            turn();
        }
    }

    private int turn() {
        return primary.turn(System.nanoTime());
    }

    /** One thread at a time is the replication's; it changes between what is measured only. */
    private int turnBeside() {
        synchronized (primary) {
            return turn();
        }
    }

    private void play(String subject, double rate, long ns) throws IOException {
        replication.wanted(subject.equals(WITH_MIRROR));
        long allocated = TimedTurns.allocatedBytes();
        LatencyRecorder recorder = switch (subject) {
            case WRITE -> turns.timed(subject, ns, this::thereAndBack);
            case MIRRORED -> untilMirrored(subject, ns);
            case MEMORY -> plain.puts(subject, rate, ns, turns.cyclesPerNs());
            case WITH_MIRROR -> mirrored.puts(subject, rate, ns, turns.cyclesPerNs());
            default -> throw new IllegalArgumentException("subject=" + subject);
        };
        replication.wanted(false);
        turns.say(recorder, TimedTurns.allocatedBytes() - allocated);
        if (plain.takeRefused() + mirrored.takeRefused() > 0) {
            throw new IllegalStateException("the ring had no room: the mirror does not keep up");
        }
    }

    private LatencyRecorder untilMirrored(String subject, long ns) {
        synchronized (primary) {
            return mirrored.acknowledged(subject, Level.MIRRORED, this::turn, ns, turns.cyclesPerNs());
        }
    }

    private void thereAndBack() {
        lines.send(++sent);
        while (!lines.hasArrived(sent)) {
            lines.poll();
        }
    }
}
