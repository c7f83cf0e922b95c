package io.needletail.server;

import io.needletail.client.Session;
import io.needletail.client.SessionException;
import io.needletail.engine.ShardEngine;
import io.needletail.memory.StallRing;
import io.needletail.registry.RegionFormatter;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.ShardRoute;
import io.needletail.server.config.BatchSearchMode;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.Namespaces;
import io.needletail.server.config.Option;
import io.needletail.server.session.MirrorState;
import io.needletail.server.session.RemoteAccess;
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
 * slot, no session and no record of the real one, and a kill in the middle leaves nothing. The client takes its turns on the
 * shard's thread: two threads that spin would leave the compilers of a machine with two cores no time.
 */
final class WarmUp {
    private static final int REQUEST_STREAM_ID = 1000;
    private static final long TIMEOUT_NS = 10_000_000_000L;
    /**
     * A slow machine, or one with more to run than cores, is not done by then and must still be ready soon. The JIT goes on
     * with what it has noted, beside the first requests.
     */
    private static final long MAX_WARM_UP_NS = 1_200_000_000L;

    /** What a shared session needs beside what is warm by then is little code: a third of rounds and time compiles it. */
    private static final int SHARED_PART = 3;

    /** More than a cache holds, as most appliances have. */
    private static final long SLOTS = 1 << 15;

    private static final long SLAB_BYTES = 1 << 20;
    private static final int MAX_VALUE_LENGTH = 256;

    private WarmUp() {}

    /** Both ways that requests come by shared memory, where there are both. */
    static void run(ShardRuntime.Environment environment, Path folder) throws IOException {
        Configuration configuration = environment.configuration();
        long lanes = configuration.get(Option.LATENCY_LANES);
        int rounds = configuration.profile().warmUpRounds();
        if (lanes > 0) {
            run(environment, folder, rounds, MAX_WARM_UP_NS);
        }
        if (lanes < configuration.get(Option.SESSION_LIMIT)) {
            Configuration shared = configuration.with(Option.LATENCY_LANES, 0);
            run(environment.with(shared), folder, rounds / SHARED_PART, MAX_WARM_UP_NS / SHARED_PART);
        }
    }

    private static void run(ShardRuntime.Environment environment, Path folder, int rounds, long maxNs)
            throws IOException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment region = scratchRegion(arena);
            ShardEngine engine = ShardEngine.attach(region);
            BatchSearch.likely(BatchSearchMode.of(environment.configuration())).use(engine);
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
                    new SessionList(null),
                    RemoteAccess.NONE,
                    MirrorState.NONE);
            ErrorHandler onError = error -> environment.log().write("warm-up: " + error);
            WarmUpClient client = new WarmUpClient(rounds);
            ShardRuntime shard = new ShardRuntime(environment, place, client, onError);
            try (ShardGroup group = new ShardGroup(List.of(shard), onError)) {
                group.start();
                runRounds(client, folder, maxNs, environment.log());
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

    private static void runRounds(WarmUpClient client, Path folder, long maxNs, EventLog log) {
        try (Session session = Session.connect(folder, REQUEST_STREAM_ID, TIMEOUT_NS)) {
            log.write("warm-up: " + client.play(session, maxNs, TIMEOUT_NS));
        } catch (SessionException e) {
            log.write("warm-up cut short: " + e.getMessage()); // a machine that stalls for seconds has other troubles
        }
    }
}
