package io.needletail.bench.mirror;

import io.needletail.bench.durability.PlacedShard;
import io.needletail.bench.process.Coordinator;
import io.needletail.memory.ThreadPinning;
import io.needletail.rdma.Endpoint;
import io.needletail.rdma.LibFabric;
import io.needletail.registry.LiveHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The process whose region is read: it polls, as a card would not have it do, and renews its lease. */
public final class RemoteTargetRole {
    static final String PLACE = "place ";
    static final long LEASE_NS = 1_000_000_000;
    private static final int POLLS_A_LOOK = 256;
    private static final long RENEWAL_NS = 1_000_000;
    private static final int WINDOW = 64;

    private RemoteTargetRole() {}

    public static void run(Map<String, String> settings) throws IOException {
        PlacedShard shard = new PlacedShard(
                Path.of(settings.get("regions")).resolve("region"),
                null,
                null,
                Integer.parseInt(settings.get("slots")));
        List<String> handles =
                Arrays.stream(shard.handles()).mapToObj(Long::toString).toList();
        Files.write(Path.of(settings.get("handles")), handles);
        LibFabric fabric = LibFabric.open(settings.get("provider"), "");
        Endpoint endpoint = fabric.endpoint(WINDOW);
        var readable = fabric.readable(shard.region());
        int core = Integer.parseInt(settings.get("core"));
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        Coordinator.say(PLACE + shard.engine().epoch() + " " + new FabricPlace(endpoint.address(), readable.place()));
        LiveHeader live = shard.engine().live();
        long renewedNs = 0;
        for (long polls = 0; !Coordinator.isTold(); polls++) {
            endpoint.poll((context, code) -> {}, WINDOW);
            if (polls % POLLS_A_LOOK == 0 && System.nanoTime() - renewedNs > RENEWAL_NS) {
                renewedNs = System.nanoTime();
                live.leaseUntilNs(renewedNs + LEASE_NS, renewedNs);
            }
        }
        Coordinator.say("done");
    }
}
