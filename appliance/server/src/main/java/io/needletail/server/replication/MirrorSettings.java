package io.needletail.server.replication;

import io.needletail.rdma.FabricException;
import io.needletail.rdma.LibFabric;
import io.needletail.replication.FileMembership;
import io.needletail.replication.Timing;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.Option;
import io.needletail.server.remote.ConfiguredFabric;
import java.io.IOException;

/** What the configuration says of mirrors. */
final class MirrorSettings {
    private MirrorSettings() {}

    static int member(Configuration configuration) {
        return (int) configuration.get(Option.MEMBER);
    }

    static Timing timing(Configuration configuration) {
        return Timing.of(configuration.get(Option.MIRROR_TIMEOUT));
    }

    static FileMembership membership(Configuration configuration, int shard) throws IOException {
        return new FileMembership(configuration.membership().resolve("shard-" + shard));
    }

    /** Serials and incarnations of one start are above those of any before. */
    static long incarnation() {
        return System.currentTimeMillis() << 20;
    }

    static LibFabric fabric(Configuration configuration) {
        try {
            return ConfiguredFabric.open(configuration);
        } catch (FabricException e) {
            throw new ConfigurationException("fabric=" + configuration.fabric() + ": " + e.getMessage());
        }
    }
}
