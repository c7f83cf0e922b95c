package io.needletail.bench.cli;

import io.needletail.bench.batch.BatchCurveRole;
import io.needletail.bench.durability.ShardCostRole;
import io.needletail.bench.instructions.InstructionsRole;
import io.needletail.bench.ipc.IpcRoles;
import io.needletail.bench.latency.RegionWriterRole;
import io.needletail.bench.mirror.MirrorRole;
import io.needletail.bench.mirror.MirroredPutRole;
import io.needletail.bench.mirror.RemoteReaderRole;
import io.needletail.bench.mirror.RemoteTargetRole;
import io.needletail.bench.peers.HazelcastRoles;
import io.needletail.bench.peers.PeerMemoryRole;
import io.needletail.bench.peers.SharedMapRole;
import io.needletail.bench.process.Coordinator;
import io.needletail.bench.scale.ScaleRole;
import io.needletail.bench.sharing.OwnerRole;
import io.needletail.bench.sharing.SharingReaderRole;
import java.util.Map;

/** A process of a measurement, with {@code name=value} arguments, led by words on its standard input. */
public final class BenchRoleMain {
    private BenchRoleMain() {}

    public static void main(String[] arguments) {
        Map<String, String> settings = Coordinator.settings(arguments);
        Coordinator.run(() -> {
            switch (arguments[0]) {
                case "echo-server" -> IpcRoles.echoServer(settings);
                case "echo-client" -> IpcRoles.echoClient(settings);
                case "get-client" -> IpcRoles.getClient(settings);
                case "hazelcast-member" -> HazelcastRoles.member(settings);
                case "hazelcast-client" -> HazelcastRoles.client(settings);
                case "scale" -> ScaleRole.run(settings);
                case "sharing-owner" -> OwnerRole.run(settings);
                case "sharing-reader" -> SharingReaderRole.run(settings);
                case "instructions" -> InstructionsRole.run(settings);
                case "batch-curve" -> BatchCurveRole.run(settings);
                case "peer-memory" -> PeerMemoryRole.run(settings);
                case "chronicle-map" -> SharedMapRole.run(settings);
                case "shard-cost" -> ShardCostRole.run(settings);
                case "remote-target" -> RemoteTargetRole.run(settings);
                case "remote-reader" -> RemoteReaderRole.run(settings);
                case "mirrored-put" -> MirroredPutRole.run(settings);
                case "mirror" -> MirrorRole.run(settings);
                case "region-writer" -> new RegionWriterRole(settings).run();
                default -> throw new IllegalArgumentException("role=" + arguments[0]);
            }
        });
    }
}
