package io.needletail.replication;

import io.needletail.rdma.RemoteRegion;

/**
 * What a member tells the others of itself.
 *
 * @param member its number
 * @param incarnation rises with every start, and with every change of what stands here
 * @param provider of libfabric
 * @param endpoint for the provider
 * @param mailbox for lines
 * @param region to be read: its slots are what a joining mirror copies, its ring what a candidate lacks
 * @param ring of a mirror: fresh memory for one epoch's log; of length 0 when it follows none
 * @param ringEpoch that this memory is for
 * @param ringFrom the segment's position from which it wants the log
 * @param sessions where clients reach it, for people and clients
 */
public record MemberCard(
        int member,
        long incarnation,
        String provider,
        byte[] endpoint,
        RemoteRegion mailbox,
        RemoteRegion region,
        RemoteRegion ring,
        long ringEpoch,
        long ringFrom,
        String sessions) {
    static final RemoteRegion NONE = new RemoteRegion(0, 0, 0);
}
