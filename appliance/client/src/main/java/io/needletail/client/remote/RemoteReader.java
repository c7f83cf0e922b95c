package io.needletail.client.remote;

import io.needletail.client.RemotePlace;
import io.needletail.client.Staleness;
import io.needletail.client.SystemClock;
import io.needletail.rdma.Endpoint;
import io.needletail.rdma.Fabric;
import io.needletail.rdma.FabricException;
import io.needletail.rdma.LibFabric;
import io.needletail.rdma.PostedReads;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.EntryReader;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.MonotonicClock;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.Status;

/**
 * Reads entries by handle from another machine's memory, one-sided: with a card the appliance's processor does nothing, by a software
 * provider its fabric thread does what the card would. Handles come from a session, and so does the place to read from. For one thread; a
 * call returns when the read has, and allocates nothing.
 *
 * <p><b>What an answer says.</b> The slot's checksum tells bytes of two moments from one state, but for one in 2^32 torn reads; a long
 * value comes by a second read and has its own CRC. State, epoch and lease are read beside the slots, last in the same batch, and the lease
 * is compared with this side's clock when all has arrived ({@link LeaseWatch}): so a value is one that the shard had at some moment of the
 * call, while it was entitled to serve it. A shard that was deposed, retired or restarted, or whose machine is gone, is answered with a
 * code. A batch is of several moments: groups may be seen in part.
 */
public final class RemoteReader implements EntryReader, AutoCloseable {
    private static final int WINDOW = 64;

    private final AutoCloseable fabric;
    private final Endpoint endpoint;
    private final RegisteredRegion memory;
    private final PostedReads reads;
    private final RegionHeader header;
    private final RemoteLive live;
    private final RemoteRounds rounds;
    private final Staleness staleness;
    private boolean isClosed;

    private RemoteReader(
            Fabric fabric,
            AutoCloseable closedBehind,
            RemotePlace place,
            MonotonicClock clock,
            boolean takesMirror,
            Staleness staleness) {
        this.fabric = closedBehind;
        this.staleness = staleness;
        endpoint = fabric.endpoint(WINDOW);
        long peer = endpoint.connect(place.endpoint());
        header = readHeader(fabric, peer, place, clock);
        int blockLength = (header.sizing().maxValueLength() + 63) & -64;
        memory = fabric.scratch(RemoteLayout.length(blockLength));
        reads = new PostedReads(endpoint, peer, memory, place.region(), clock::nowNs);
        live = new RemoteLive(memory.memory(), place.epoch(), takesMirror);
        rounds = new RemoteRounds(
                reads,
                new RemoteSlots(header),
                live,
                new LeaseWatch(clock.nowNs()),
                clock,
                memory.memory(),
                blockLength,
                place.leaseNs(),
                staleness);
    }

    /**
     * Opens libfabric and reads the region's header.
     *
     * @param place of a session's limits
     * @throws FabricException when the region cannot be reached, or is none
     */
    public static RemoteReader open(RemotePlace place) {
        return open(place, false, Staleness.UNKNOWN);
    }

    /**
     * The same of a mirror's region: what is read is committed, and may lack what came last; {@link #stalenessNs} says at most how much.
     *
     * @param place of the mirror, with the epoch that it follows
     * @param mostStaleNs an answer that may be older is WRITER_UNAVAILABLE
     */
    public static RemoteReader openMirror(RemotePlace place, long mostStaleNs) {
        return open(place, true, mostStaleNs);
    }

    private static RemoteReader open(RemotePlace place, boolean takesMirror, long mostStaleNs) {
        LibFabric fabric = LibFabric.open(place.provider(), "");
        try {
            Staleness staleness = new Staleness(mostStaleNs);
            return new RemoteReader(fabric, fabric, place, SystemClock.INSTANCE, takesMirror, staleness);
        } catch (RuntimeException e) {
            fabric.close();
            throw e;
        }
    }

    /** The same over a fabric that is open, and stays so. */
    public static RemoteReader over(Fabric fabric, RemotePlace place, MonotonicClock clock) {
        return new RemoteReader(fabric, () -> {}, place, clock, false, new Staleness(Staleness.UNKNOWN));
    }

    /** A mirror's, over a fabric that is open. */
    public static RemoteReader overMirror(Fabric fabric, RemotePlace place, MonotonicClock clock, long mostStaleNs) {
        return new RemoteReader(fabric, () -> {}, place, clock, true, new Staleness(mostStaleNs));
    }

    /** Immutable, and with a CRC of its own: read once. */
    private RegionHeader readHeader(Fabric opened, long peer, RemotePlace place, MonotonicClock clock) {
        RegisteredRegion page = opened.scratch(RegionLayout.HEADER_LENGTH);
        try {
            PostedReads first = new PostedReads(endpoint, peer, page, place.region(), clock::nowNs);
            first.begin();
            long untilNs = clock.nowNs() + place.leaseNs();
            boolean isRead = place.region().holds(0, RegionLayout.BODY_OFFSET)
                    && first.add(0, 0, RegionLayout.HEADER_LENGTH, untilNs)
                    && first.await(untilNs);
            if (!isRead) {
                throw new FabricException("the region's header was not read within "
                        + place.leaseNs() / 1_000_000 + " ms by " + place.provider()
                        + (first.error() == 0 ? "" : ": " + opened.errorText(first.error())));
            }
            RegionFault fault = RegionHeader.validatePage(page.memory());
            if (fault != RegionFault.NONE) {
                throw new FabricException("what stands there is no region: " + fault.what());
            }
            RegionHeader read = RegionHeader.ofPage(page.memory());
            if (!place.region().holds(0, read.layout().regionLength())) {
                throw new FabricException("the region is longer than what its session says: " + place.region());
            }
            page.close();
            return read;
        } catch (RuntimeException e) {
            endpoint.close(); // first: a read may be under way
            page.close();
            throw e;
        }
    }

    @Override
    public int get(long handle, Entry into) {
        return get(handle, Level.MEMORY, into);
    }

    @Override
    public int get(long handle, int level, Entry into) {
        if (!Level.isLevel(level)) {
            return Status.INVALID_REQUEST;
        }
        if (isClosed) {
            return Status.REGION_RETIRED;
        }
        rounds.begin(level);
        rounds.add(handle, into);
        rounds.run();
        return staleness.bounded(rounds.status(0), into);
    }

    /**
     * Reads several entries, 16 at a time together.
     *
     * @return OK: each has its own status, INVALID_REQUEST one that is named by a key; REGION_RETIRED when this reader is closed
     */
    public int get(Batch batch) {
        if (isClosed) {
            batch.statusOfAll(Status.REGION_RETIRED);
            return Status.REGION_RETIRED;
        }
        int first = 0;
        while (first < batch.length()) {
            first = getSome(batch, first);
        }
        return Status.OK;
    }

    /**
     * Of the last answer, or the last sixteen of a batch, in ns: it has every change that had been made so long before it. 0 of a shard that serves,
     * {@link Staleness#UNKNOWN} when nothing was read.
     */
    public long stalenessNs() {
        return staleness.ns();
    }

    /** Answers where the next ones begin. */
    private int getSome(Batch batch, int first) {
        rounds.begin(Level.MEMORY);
        int end = first;
        for (; end < batch.length() && !rounds.isFull(); end++) {
            rounds.add(batch.isByKey(end) ? 0 : batch.handle(end), batch.entry(end));
        }
        rounds.run();
        for (int i = first; i < end; i++) {
            int status = batch.isByKey(i)
                    ? Status.INVALID_REQUEST
                    : staleness.bounded(rounds.status(i - first), batch.entry(i));
            batch.status(i, status);
            if (status != Status.OK) {
                batch.entry(i).value().clear();
            }
        }
        return end;
    }

    /** What the region is: its data set, its shard, its capacities. */
    public RegionHeader header() {
        return header;
    }

    /** Times an entry had to be read again, because it was being written, or because the lease could not be said to hold. */
    public long retries() {
        return rounds.retries();
    }

    /** Whether a read ended with an error, or never: nothing is read any more, and another reader is to be opened. */
    public boolean isBroken() {
        return reads.isBroken();
    }

    /** The epoch whose handles are accepted. */
    public long epoch() {
        return live.adoptedEpoch();
    }

    /** Accepts the handles of the epoch that the last read found; those of the old one must be revalidated first. */
    public void adoptEpoch() {
        live.adopt();
    }

    /** The memory that was read into stays: a read may be under way. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        endpoint.close();
        memory.close();
        try {
            fabric.close();
        } catch (Exception e) {
            throw new FabricException("closing: " + e.getMessage());
        }
    }
}
