package io.needletail.client;

import io.needletail.protocol.AcceptedDecoder;
import io.needletail.registry.view.RedoLayout;
import io.needletail.registry.view.ShardRoute;
import java.util.Optional;

/**
 * What the appliance said when it accepted the session.
 *
 * @param epoch the epoch its handles are valid in
 * @param dataSetIdHigh first half of the data set's id
 * @param dataSetIdLow second half
 * @param shard the one this session is with
 * @param route the shards of its namespace
 * @param maxKeyLength bytes
 * @param maxValueLength bytes
 * @param maxMessageValueLength bytes of a value that one message carries; a longer one goes in chunks
 * @param maxFrameLength bytes of a message
 * @param maxInFlight requests that may be unanswered
 * @param maxBatchLength entries of a batch or a group; a message must hold them too
 * @param livenessTimeoutNs a side that is silent for longer is taken for dead
 * @param lastRequest id of this client's last change that was applied, -1 when the appliance did not know it, 0 without a client id
 * @param sharedToken 0 with a publication of its own; else what names this session on the publication that it shares
 * @param isPersistentEmulated whether level PERSISTENT is EMULATED there: no loss of power is survived
 * @param regionPath where a co-located reader maps the region
 * @param remote where a remote reader reads it, if it can
 */
public record SessionLimits(
        long epoch,
        long dataSetIdHigh,
        long dataSetIdLow,
        int shard,
        ShardRoute route,
        int maxKeyLength,
        int maxValueLength,
        int maxMessageValueLength,
        int maxFrameLength,
        int maxInFlight,
        int maxBatchLength,
        long livenessTimeoutNs,
        long lastRequest,
        long sharedToken,
        boolean isPersistentEmulated,
        String regionPath,
        Optional<RemotePlace> remote) {

    /** Whether requests go on a publication that other sessions use too. */
    public boolean isShared() {
        return sharedToken != 0;
    }

    static SessionLimits from(AcceptedDecoder accepted) {
        return new SessionLimits(
                accepted.epoch(),
                accepted.dataSetIdHigh(),
                accepted.dataSetIdLow(),
                accepted.shard(),
                new ShardRoute(accepted.firstShard(), accepted.shards()),
                (int) accepted.maxKeyLength(),
                (int) accepted.maxValueLength(),
                (int) accepted.maxMessageValueLength(),
                (int) accepted.maxFrameLength(),
                (int) accepted.maxInFlight(),
                accepted.maxBatchLength(),
                accepted.livenessTimeoutNs(),
                accepted.lastRequest(),
                accepted.sharedToken(),
                accepted.persistentMemory() == RedoLayout.EMULATED,
                accepted.regionPath(),
                RemotePlace.from(accepted));
    }
}
