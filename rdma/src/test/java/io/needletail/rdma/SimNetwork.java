package io.needletail.rdma;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The wires between simulated hosts. Everything that is under way goes on by {@link #step} alone, one piece or one completion at a
 * time, which one the seed says: the bytes of one operation in any order and in pieces, those of two in any order too, a write's after
 * its region or endpoint was closed, completions before, behind or without them.
 */
public final class SimNetwork implements AutoCloseable {
    private static final long MOST_BYTES = 64 << 20;
    private static final FileChannel ZEROS = zeros();

    private final SplittableRandom random;
    /** What hosts register stays as long as the network. */
    private final Arena arena = Arena.ofConfined();

    private SimFaults faults;
    private final List<SimFlight> flights = new ArrayList<>();
    private final Map<Long, SimEndpoint> endpoints = new HashMap<>();
    private final Map<Long, SimRegion> regions = new HashMap<>();
    private long lastId;
    private final Set<Set<SimFabric>> cuts = new HashSet<>();
    private Runnable beside;

    public SimNetwork(long seed, SimFaults faults) {
        random = new SplittableRandom(seed);
        this.faults = faults;
    }

    /** From here on. */
    public void faults(SimFaults others) {
        faults = others;
    }

    /** From here on every poll of an endpoint is a step of the network, and something else goes on beside each: time, or another machine. */
    public void stepsWithPolls(Runnable somethingElse) {
        beside = somethingElse;
    }

    void polled() {
        if (beside != null) {
            beside.run();
            step();
        }
    }

    /** Another machine on it. */
    public SimFabric host() {
        return new SimFabric(this);
    }

    public SplittableRandom random() {
        return random;
    }

    /** Zeroed memory of a host, in pages that are there when they are touched. */
    public MemorySegment allocate(long lengthBytes) {
        try {
            return ZEROS.map(FileChannel.MapMode.PRIVATE, 0, lengthBytes, arena);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileChannel zeros() {
        try {
            Path file = Files.createTempFile("needletail-zeros", "");
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            channel.write(ByteBuffer.allocate(1), MOST_BYTES - 1); // sparse
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing is under way any more, and what hosts registered is gone. */
    @Override
    public void close() {
        flights.clear();
        arena.close();
    }

    long nextId() {
        return ++lastId;
    }

    void add(SimEndpoint endpoint) {
        endpoints.put(endpoint.id(), endpoint);
    }

    void add(SimRegion region) {
        regions.put(region.place().key(), region);
    }

    /** Or null, when there is none any more. */
    SimEndpoint endpoint(long id) {
        return endpoints.get(id);
    }

    /** By a key that is good now, and a right that it gives; else null. */
    SimRegion region(RemoteRegion place, Access access) {
        SimRegion region = regions.get(place.key());
        return region != null && region.isOpen() && region.access() == access ? region : null;
    }

    void begin(SimFlight flight) {
        flights.add(flight);
    }

    /** From here on nothing that one of them begins reaches the other; what is under way may. */
    public void cut(SimFabric one, SimFabric other) {
        cuts.add(Set.of(one, other));
    }

    /** All machines reach all others again. */
    public void heal() {
        cuts.clear();
    }

    boolean isCut(SimFabric one, SimFabric other) {
        return one != other && cuts.contains(Set.of(one, other));
    }

    /** Whether a try is not taken, for no reason that this side sees: a connection is being made, say. */
    boolean isBusy() {
        return random.nextInt(SimFaults.OF) < faults.busy();
    }

    /** What becomes of an operation's completion. */
    SimFlight.Fate fate(boolean isWrite) {
        int drawn = random.nextInt(SimFaults.OF);
        if ((drawn -= faults.early()) < 0) {
            return isWrite ? SimFlight.Fate.EARLY : SimFlight.Fate.AFTER_THE_BYTES;
        } else if ((drawn -= faults.lost()) < 0) {
            return SimFlight.Fate.LOST;
        } else if ((drawn -= faults.duplicated()) < 0) {
            return SimFlight.Fate.DUPLICATED;
        } else if ((drawn -= faults.failed()) < 0) {
            return SimFlight.Fate.FAILED;
        } else if (isWrite && drawn - faults.unfounded() < 0) {
            return SimFlight.Fate.UNFOUNDED;
        }
        return SimFlight.Fate.AFTER_THE_BYTES;
    }

    /** One piece or one completion of something that is under way; false when there is nothing. */
    public boolean step() {
        if (flights.isEmpty()) {
            return false;
        }
        int chosen = random.nextInt(flights.size());
        SimFlight flight = flights.get(chosen);
        if (!flight.step(random)) {
            flights.set(chosen, flights.getLast()); // the order is none
            flights.removeLast();
        }
        return true;
    }

    /** Until nothing is under way; how many steps that took. */
    public long settle() {
        long steps = 0;
        while (step()) {
            steps++;
        }
        return steps;
    }

    /** An endpoint is closed, or fell: what is under way of it or to it may land; its own side is told nothing, the other an error or nothing. */
    void reset(SimEndpoint endpoint) {
        for (SimFlight flight : flights) {
            if (flight.isFrom(endpoint)) {
                flight.forget(random);
            } else if (flight.isTo(endpoint.id())) {
                flight.cutOff(true, random);
            }
        }
    }

    /** The machine is gone: nothing of its own arrives any more, and nothing at it; others are told an error or nothing. */
    public void kill(SimFabric host) {
        flights.removeIf(flight -> flight.isFrom(host));
        List<SimEndpoint> gone =
                endpoints.values().stream().filter(one -> one.host() == host).toList();
        for (SimEndpoint endpoint : gone) {
            flights.stream()
                    .filter(flight -> flight.isTo(endpoint.id()))
                    .forEach(flight -> flight.cutOff(false, random));
            endpoints.remove(endpoint.id());
        }
        regions.values().removeIf(region -> region.host() == host);
    }
}
