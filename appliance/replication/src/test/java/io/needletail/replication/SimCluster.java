package io.needletail.replication;

import io.needletail.engine.ShardEngine;
import io.needletail.rdma.SimFaults;
import io.needletail.rdma.SimNetwork;
import io.needletail.registry.SlotLook;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Three simulated machines, their clocks and their network, and a client that changes entries of whoever serves, all by one seed. What was
 * acknowledged, and every change that was ever made, is remembered here, and compared with what each new primary has.
 */
final class SimCluster implements AutoCloseable {
    static final long LEASE_NS = 200_000;
    static final Timing TIMING = new Timing(5_000, 4_000, 80_000, 600_000, 300_000, 50_000, 60_000, 4);
    private static final int NODES = 3;
    private static final int KEYS = 8;
    private static final int STEPS = 1_200;

    /** A broken promise of the protocol, in words. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(String what) {
            super(what);
        }
    }

    private record Change(String key, long version, byte[] value) {}

    private record Pending(Change change, long epoch) {}

    final SimMembership membership = new SimMembership();
    final SimNetwork network;
    final Rules rules;
    long trueNs = 1_000_000;

    private final SplittableRandom random;
    private final List<SimNode> nodes = new ArrayList<>();
    private final int least;
    private final boolean isBulky;
    /** Nothing is disturbed, so nobody is to be dropped. */
    private final boolean isSteady;
    /** That has its turn less often than the others. */
    private final int slow;

    /** Steps of the network to one of a machine, at most: with few of them what is sent comes late. */
    private final int pace;

    private final Map<Long, Long> told = new HashMap<>();
    /** By epoch: when, as no clock here says it, its changes were made, in order. */
    private final Map<Long, TreeMap<Long, Long>> madeAt = new HashMap<>();

    /** By version; and the keys' last one up to any version. */
    private final TreeMap<Long, Change> history = new TreeMap<>();

    /** Of all changes, those too that were lost with their primary. */
    private final Set<Long> issued = new HashSet<>();

    private final Map<String, Change> acknowledged = new HashMap<>();
    private final List<Pending> pending = new ArrayList<>();
    private final Entry entry = new Entry(7040);
    private final Value value = new Value(7040);
    private SimNode inTurn;
    private long acknowledgedCount;
    private int takeovers;
    private long fresh;
    private long written;

    SimCluster(long seed, Rules rules) {
        random = new SplittableRandom(seed);
        this.rules = rules;
        isSteady = random.nextInt(24) == 0;
        network = new SimNetwork(random.nextLong(), isSteady ? SimFaults.NONE : faults());
        least = 1 + random.nextInt(2);
        isBulky = isSteady || random.nextInt(16) == 0;
        pace = isSteady ? 40 : 2 + random.nextInt(30);
        slow = isSteady ? 1 + random.nextInt(NODES) : random.nextInt(2 * NODES);
        RegionSizing sizing =
                new RegionSizing(16, 2, 64, 7040, RegionSizing.evenSlab(1L << 20, 7040), RegionSizing.MIN_RING_LENGTH);
        for (int i = 0; i < NODES; i++) {
            nodes.add(new SimNode(
                    this, i, sizing, 1 + (random.nextDouble() - 0.5) / 110, random.nextLong(-1L << 40, 1L << 40)));
        }
        network.stepsWithPolls(this::beside);
        nodes.get(0).begin(least);
        for (int i = 1; i < NODES; i++) {
            nodes.get(i).mirror();
        }
    }

    private SimFaults faults() {
        return random.nextInt(4) == 0
                ? SimFaults.NONE
                : new SimFaults(200, random.nextInt(4) == 0 ? 1 : 0, 20, 20, 10, 20);
    }

    /** While one machine waits for its reads, the primary goes on. */
    private void beside() {
        trueNs += random.nextInt(100);
        SimNode serving = serving();
        if (serving != null && serving != inTurn && inTurn != null && random.nextInt(40) == 0) {
            SimNode before = inTurn;
            inTurn = serving;
            change(serving);
            serving.turn();
            inTurn = before;
        }
    }

    private SimNode serving() {
        SimNode found = null;
        for (SimNode node : nodes) {
            if (node.serves()) {
                if (found != null) {
                    throw new Violation("two primaries serve at one time: " + found.id + " and " + node.id);
                }
                found = node;
            }
        }
        return found;
    }

    void run() {
        for (int step = 0; step < STEPS; step++) {
            trueNs += random.nextInt(2_000);
            act();
            acknowledge();
            look();
            serving();
        }
        end();
    }

    private void act() {
        int drawn = random.nextInt(1_000);
        if (drawn < 300) {
            turn(nodes.get(random.nextInt(NODES)));
        } else if (drawn < 600) {
            SimNode serving = serving();
            if (serving != null) {
                change(serving);
            }
        } else if (drawn < 980) {
            for (int i = random.nextInt(pace); i >= 0; i--) {
                network.step();
            }
            turn(nodes.get(random.nextInt(NODES)));
        } else if (!isSteady) {
            disturb(random.nextInt(40));
        }
    }

    private void turn(SimNode node) {
        if (!node.isDead && (node.id != slow || random.nextInt(12) == 0)) {
            inTurn = node;
            node.turn();
            inTurn = null;
        }
    }

    private void disturb(int drawn) {
        SimNode node = nodes.get(random.nextInt(NODES));
        if (drawn < 3 && !node.isDead) {
            forget(node);
            node.kill();
        } else if (drawn < 12 && node.isDead) {
            node.restart();
        } else if (drawn < 18 && !node.isDead && node.primary == null) {
            node.promote();
        } else if (drawn < 21) {
            isolate(node);
        } else if (drawn < 34) {
            network.heal();
            nodes.forEach(one -> one.membership.cutOff(false));
        }
    }

    /** Cut off from the others, and half the time from the membership too. */
    private void isolate(SimNode node) {
        for (SimNode other : nodes) {
            if (other != node && node.host != null && other.host != null) {
                network.cut(node.host, other.host);
            }
        }
        if (random.nextBoolean()) {
            node.membership.cutOff(true);
        }
    }

    /** What its clients waited for is unknown. */
    void forget(SimNode node) {
        if (node.primary != null) {
            pending.removeIf(one -> one.epoch() == node.primary.configuration().logEpoch());
        }
    }

    private void change(SimNode node) {
        ShardEngine engine = node.engine;
        for (int i = random.nextInt(isSteady ? 60 : isBulky ? 20 : 2); i >= 0; i--) {
            String key = "k" + random.nextInt(KEYS);
            engine.advanceTime(trueNs);
            if (random.nextInt(8) == 0) {
                int status = engine.delete(new Key(key), entry);
                if (status == Status.OK) {
                    made(engine, new Change(key, entry.version(), null));
                }
                continue;
            }
            value.resize(1 + random.nextInt(isBulky ? 7040 : random.nextInt(8) == 0 ? 300 : 16));
            value.putByte(0, (byte) random.nextInt());
            if (value.length() >= 8) {
                value.putLong(0, ++written);
            }
            int status = engine.put(new Key(key), value, entry);
            if (status == Status.OK) {
                made(engine, new Change(key, entry.version(), value.toByteArray()));
            } else if (status != Status.BACK_PRESSURED && status != Status.SLAB_FULL) {
                throw new Violation("a put was answered " + Status.name(status));
            }
        }
    }

    private void made(ShardEngine engine, Change change) {
        history.put(change.version(), change);
        if (!issued.add(change.version())) {
            throw new Violation("version " + change.version() + " was issued twice");
        }
        madeAt.computeIfAbsent(engine.epoch(), any -> new TreeMap<>()).put(trueNs, change.version());
        pending.add(new Pending(change, engine.epoch()));
    }

    /** No mirror that counts applies what its primary has not said; nobody is dropped who was not disturbed. */
    private void look() {
        for (SimNode node : nodes) {
            if (isSteady && node.primary != null && node.primary.dropped() > 0) {
                throw new Violation("a mirror was dropped, and nothing was wrong with it");
            }
        }
        nodes.forEach(this::checkFreshness);
        for (SimNode node : nodes) {
            boolean counts = node.mirror != null && node.mirror.phase() == Mirror.Phase.IN_SYNC;
            long epoch = counts ? node.mirror.log().epoch() : 0;
            if (counts && told.containsKey(epoch) && node.mirror.log().appliedPosition() > told.get(epoch)) {
                throw new Violation("mirror " + node.id + " has applied up to "
                        + node.mirror.log().appliedPosition() + ", and was told " + told.get(epoch));
            }
        }
    }

    /** What a mirror says it is as of, it has. */
    private void checkFreshness(SimNode node) {
        boolean isRead = !node.isDead && node.mirror != null && node.mirror.phase() == Mirror.Phase.IN_SYNC;
        if (!isRead || node.mirror.asOfNs() == 0) {
            return;
        }
        TreeMap<Long, Long> made = madeAt.get(node.mirror.log().epoch());
        Map.Entry<Long, Long> last = made == null ? null : made.lowerEntry(node.trueNs(node.mirror.asOfNs()));
        fresh++;
        if (last != null && last.getValue() > node.mirror.log().appliedSequence()) {
            throw new Violation("mirror " + node.id + " says that it has what was made before its "
                    + node.mirror.asOfNs() + ", and lacks version " + last.getValue());
        }
    }

    /** Looks at mirrors that said as of when they are. */
    long fresh() {
        return fresh;
    }

    /** A primary has told its mirrors so. */
    void told(long epoch, long committed) {
        told.merge(epoch, committed, Math::max);
    }

    /** As a shard does: while its lease holds, and what enough mirrors have said. */
    private void acknowledge() {
        SimNode serving = serving();
        if (serving == null || serving.primary.configuration().mirrorCount() < least) {
            return;
        }
        long reached = serving.engine.live().reached(Level.MIRRORED + least - 1);
        pending.removeIf(one -> {
            boolean isThere =
                    one.epoch() == serving.engine.epoch() && one.change().version() <= reached;
            if (isThere) {
                acknowledged.merge(one.change().key(), one.change(), (a, b) -> a.version() > b.version() ? a : b);
                acknowledgedCount++;
            }
            return isThere;
        });
    }

    /** A machine has a region that it is about to serve: all that was acknowledged is there, and nothing that was never made. */
    void tookOver(SimNode node) {
        takeovers++;
        check(node.engine);
        history.tailMap(lastVersion(node.engine), false).clear(); // was never acknowledged, and is gone
        pending.removeIf(one -> one.epoch() < node.engine.epoch());
    }

    private long lastVersion(ShardEngine engine) {
        long last = 0;
        for (int i = 0; i < KEYS; i++) {
            int status = engine.get(new Key("k" + i), entry);
            last = status == Status.OK ? Math.max(last, entry.version()) : last;
        }
        return Math.max(last, engine.lastRecorded());
    }

    private void check(ShardEngine engine) {
        long last = lastVersion(engine);
        for (int i = 0; i < KEYS; i++) {
            String key = "k" + i;
            Change expected = lastChange(key, last);
            int status = engine.get(new Key(key), entry);
            boolean isGone = expected == null || expected.value() == null;
            if (isGone != (status == Status.NOT_FOUND)) {
                throw new Violation(key + " is " + Status.name(status) + " and should be "
                        + (isGone ? "gone" : "of version " + expected.version()) + ", last=" + last);
            }
            if (!isGone
                    && (entry.version() != expected.version()
                            || !Arrays.equals(entry.value().toByteArray(), expected.value()))) {
                throw new Violation(key + " has version " + entry.version() + " and should have " + expected.version());
            }
            Change promised = acknowledged.get(key);
            if (promised != null && promised.version() > last) {
                throw new Violation(key + " was acknowledged at version " + promised.version()
                        + ", and the new primary has only what came before " + last);
            }
        }
    }

    /** All is well again: whoever counts can take over, and what a mirror has is what was made. */
    private void end() {
        network.heal();
        nodes.forEach(node -> node.membership.cutOff(false));
        network.faults(SimFaults.NONE);
        for (SimNode node : nodes) {
            if (node.isDead) {
                node.restart();
            }
        }
        for (int round = 0; round < 400; round++) {
            trueNs += 3_000;
            for (SimNode node : nodes) {
                turn(node);
                network.step();
                network.step();
            }
            acknowledge();
            if (round % 100 == 50 && serving() == null) {
                nodes.get(random.nextInt(NODES)).promote();
            }
        }
        compareMirrors();
    }

    private void compareMirrors() {
        for (SimNode node : nodes) {
            boolean isInSync = !node.isDead
                    && node.mirror != null
                    && node.mirror.phase() == Mirror.Phase.IN_SYNC
                    && node.mirror.log().epoch() == membership.configuration().logEpoch();
            if (isInSync) {
                compareMirror(node);
            }
        }
    }

    /** What it has applied is what was made up to there, key for key, and nothing else. */
    private void compareMirror(SimNode node) {
        long applied = node.mirror.log().appliedSequence();
        Map<String, Change> has = new HashMap<>();
        SlotLook look = new SlotLook(node.region);
        for (long slot = 0; slot < look.slots(); slot++) {
            SlotLook.Finding finding = look.at(slot);
            if (finding == SlotLook.Finding.VALUE) {
                String key = new String(look.key(), StandardCharsets.UTF_8);
                has.put(key, new Change(key, look.version(), look.value()));
            } else if (finding != SlotLook.Finding.FREE && finding != SlotLook.Finding.ABSENT) {
                throw new Violation(
                        "slot " + slot + " of mirror " + node.id + " is " + finding + ", applied " + applied);
            }
        }
        for (int i = 0; i < KEYS && applied > 0; i++) {
            String key = "k" + i;
            Change expected = lastChange(key, applied);
            Change found = has.get(key);
            boolean isGone = expected == null || expected.value() == null;
            boolean isSame = isGone
                    ? found == null
                    : found != null
                            && found.version() == expected.version()
                            && Arrays.equals(found.value(), expected.value());
            if (!isSame) {
                throw new Violation(key + " of mirror " + node.id + " is "
                        + (found == null ? "gone" : "of version " + found.version()) + " and should be "
                        + (isGone ? "gone" : "of version " + expected.version()) + ", applied " + applied);
            }
        }
    }

    private Change lastChange(String key, long upTo) {
        Change last = null;
        for (Change change : history.headMap(upTo, true).values()) {
            last = change.key().equals(key) ? change : last;
        }
        return last;
    }

    @Override
    public void close() {
        network.close();
    }

    SimNode node(int id) {
        return nodes.get(id);
    }

    /** Makes changes at whoever serves. */
    void changeSome() {
        change(serving());
    }

    /** Without anything that goes wrong, these machines alone have their turns. */
    void quiet(int rounds, int... turning) {
        network.faults(SimFaults.NONE);
        for (int round = 0; round < rounds; round++) {
            trueNs += 3_000;
            for (int id : turning) {
                turn(nodes.get(id));
                for (int i = 0; i < 50; i++) {
                    network.step();
                }
            }
        }
    }

    long acknowledgedCount() {
        return acknowledgedCount;
    }

    int takeovers() {
        return takeovers;
    }
}
