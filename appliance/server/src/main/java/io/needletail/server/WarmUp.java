package io.needletail.server;

import io.needletail.client.BlockingSession;
import io.needletail.client.Session;
import io.needletail.client.SessionException;
import io.needletail.engine.ShardEngine;
import io.needletail.memory.StallRing;
import io.needletail.registry.RegionFormatter;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.ShardRoute;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.Namespaces;
import io.needletail.server.config.Option;
import io.needletail.server.session.SessionList;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.agrona.ErrorHandler;

/**
 * Runs every operation over a real session until its code is compiled, both branches of each: the first messages otherwise
 * take milliseconds. It has a shard of its own on scratch memory and a request stream nobody else knows, so it needs no
 * slot, no session and no record of the real one, and a kill in the middle leaves nothing.
 */
final class WarmUp {
    private static final int REQUEST_STREAM_ID = 1000;
    private static final long TIMEOUT_NS = 10_000_000_000L;
    /** A machine with more to run than cores makes every round slow; it must still be ready soon. */
    private static final long MAX_WARM_UP_NS = 2_000_000_000L;

    /** What a shared session needs beside what is warm by then is little code: a third of the rounds compiles it. */
    private static final int SHARED_PART = 3;

    private static final long SLOTS = 4096;
    private static final long SLAB_BYTES = 1 << 20;
    private static final int MAX_VALUE_LENGTH = 256;

    private final BlockingSession session;
    private final Key key = new Key("warm-up");
    private final Key missing = new Key("warm-up, missing and longer than a slot holds");
    private final Value shortValue = new Value(16);
    private final Value longValue = new Value(64);
    private final Entry entry = new Entry(MAX_VALUE_LENGTH);

    private WarmUp(BlockingSession session) {
        this.session = session;
        shortValue.resize(16);
        longValue.resize(64);
    }

    /** Both ways that requests come by shared memory, where there are both. */
    static void run(ShardRuntime.Environment environment, Path folder) throws IOException {
        Configuration configuration = environment.configuration();
        long lanes = configuration.get(Option.LATENCY_LANES);
        int rounds = configuration.profile().warmUpRounds();
        if (lanes > 0) {
            run(environment, folder, rounds);
        }
        if (lanes < configuration.get(Option.SESSION_LIMIT)) {
            run(environment.with(configuration.with(Option.LATENCY_LANES, 0)), folder, rounds / SHARED_PART);
        }
    }

    private static void run(ShardRuntime.Environment environment, Path folder, int rounds) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment region = scratchRegion(arena);
            ShardEngine engine = ShardEngine.attach(region);
            ShardRuntime.Place place = new ShardRuntime.Place(
                    engine,
                    region,
                    Path.of("scratch"),
                    REQUEST_STREAM_ID,
                    Namespaces.none(),
                    new ShardRoute(0, 1),
                    environment.cores().shardCore(0),
                    CountersFile.scratch(),
                    StallRing.inMemory(),
                    new SessionList(null));
            ErrorHandler onError = error -> environment.log().write("warm-up: " + error);
            ShardRuntime shard = new ShardRuntime(environment, place, onError);
            try (ShardGroup group = new ShardGroup(List.of(shard), onError)) {
                group.start();
                runRounds(folder, rounds, environment.log());
            }
        }
    }

    private static MemorySegment scratchRegion(Arena arena) {
        RegionSizing sizing = new RegionSizing(
                SLOTS,
                0,
                Key.MAX_LENGTH,
                MAX_VALUE_LENGTH,
                RegionSizing.evenSlab(SLAB_BYTES, Key.MAX_LENGTH),
                RegionSizing.MIN_RING_LENGTH);
        MemorySegment region = arena.allocate(RegionFormatter.lengthBytes(sizing), RegionLayout.PAGE_LENGTH);
        RegionFormatter.format(region, sizing, new RegionFormatter.Identity(1, 2, 0, 3, 4, 0));
        return region;
    }

    private static void runRounds(Path folder, int rounds, EventLog log) {
        Session session = Session.connect(folder, REQUEST_STREAM_ID, TIMEOUT_NS);
        try (BlockingSession blocking = new BlockingSession(session, TIMEOUT_NS)) {
            WarmUp warmUp = new WarmUp(blocking);
            long deadlineNs = System.nanoTime() + MAX_WARM_UP_NS;
            for (int i = 0; i < rounds && !session.isClosed() && System.nanoTime() - deadlineNs < 0; i++) {
                warmUp.round(i);
            }
        } catch (CutShortException | SessionException e) {
            log.write("warm-up cut short: " + e.getMessage()); // a machine that stalls for seconds has other troubles
        }
    }

    /** No answer in time; the appliance starts all the same, only colder. */
    private static final class CutShortException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CutShortException() {
            super("no answer within " + TIMEOUT_NS / 1_000_000_000L + " s");
        }
    }

    private void round(int i) {
        check(session.insert(key, shortValue, entry), Status.OK);
        long handle = entry.handle();
        check(session.insert(key, shortValue, entry), Status.EXISTS);
        shortValue.putLong(0, i);
        check(session.put(handle, shortValue, entry), Status.OK);
        check(session.get(handle, entry), Status.OK);
        check(session.get(key, entry), Status.OK);
        check(session.put(key, longValue, entry), Status.OK);
        check(session.get(handle, entry), Status.OK);
        check(session.get(missing, entry), Status.NOT_FOUND);
        check(session.delete(handle, entry), Status.OK);
        check(session.get(handle, entry), Status.STALE_HANDLE);
        check(session.resolve(key, true, entry), Status.OK);
        check(session.put(missing, longValue, entry), Status.OK);
        check(session.delete(missing, entry), Status.OK);
        check(session.delete(key, entry), Status.OK);
    }

    private static void check(int status, int expected) {
        if (status == Status.UNKNOWN) {
            throw new CutShortException();
        }
        if (status != expected) {
            throw new IllegalStateException(
                    "warm-up: status=" + Status.name(status) + " expected=" + Status.name(expected));
        }
    }
}
