package io.needletail.server.session;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.ShardRoute;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.Option;
import java.nio.file.Path;

/** What every accepted session is told, apart from its own stream. */
public record AcceptedTemplate(
        long epoch,
        long dataSetIdHigh,
        long dataSetIdLow,
        long livenessTimeoutNs,
        int maxKeyLength,
        int maxValueLength,
        int maxInFlight,
        int shard,
        ShardRoute route,
        int persistentMemory,
        long leaseNs,
        String regionPath,
        RemoteAccess remote) {

    public static AcceptedTemplate of(
            ShardEngine engine, Configuration configuration, ShardRoute route, Path region, RemoteAccess remote) {
        var header = engine.registry().header();
        return new AcceptedTemplate(
                engine.epoch(),
                header.dataSetIdHigh(),
                header.dataSetIdLow(),
                configuration.get(Option.LIVENESS_TIMEOUT),
                header.sizing().maxKeyLength(),
                header.sizing().maxValueLength(),
                (int) configuration.get(Option.IN_FLIGHT_LIMIT),
                header.shard(),
                route,
                (int) configuration.get(Option.PERSISTENT_MEMORY),
                configuration.get(Option.LEASE),
                region.toString(),
                remote);
    }
}
