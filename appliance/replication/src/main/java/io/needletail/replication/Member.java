package io.needletail.replication;

import io.needletail.rdma.Fabric;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.rdma.RemoteRegion;
import io.needletail.registry.view.RegionHeader;
import java.lang.foreign.MemorySegment;

/**
 * This member of a shard: its endpoint, its mailbox, its region as others may read it, and the card that says so. What it is, primary or
 * mirror, is told by {@link Primary} and {@link Mirror}. For one thread.
 */
public final class Member implements AutoCloseable {
    private final int id;
    private final Fabric fabric;
    private final Membership membership;
    private final Timing timing;
    private final Rules rules;
    private final String sessions;
    private final Links links;
    private final RegionHeader header;
    private final Mailbox mailbox;
    private final LineSender sender;
    private final MemorySegment region;
    private final RegisteredRegion readable;
    private final RegisteredRegion local;
    private long incarnation;
    private RemoteRegion ring = MemberCard.NONE;
    private long ringEpoch;
    private long ringFrom;
    private long renewed;
    /** Until the others can know the new endpoint. */
    private boolean mustPublish;

    /**
     * Opens an endpoint and registers the region.
     *
     * @param id 0 to 15, this member's alone
     * @param incarnation higher than in any earlier life of it
     * @param sessions where clients reach it
     */
    public Member(
            int id,
            Fabric fabric,
            Membership membership,
            Timing timing,
            MemorySegment region,
            long incarnation,
            String sessions) {
        this(id, fabric, membership, timing, region, incarnation, sessions, Rules.ALL);
    }

    Member(
            int id,
            Fabric fabric,
            Membership membership,
            Timing timing,
            MemorySegment region,
            long incarnation,
            String sessions,
            Rules rules) {
        this.id = id;
        this.fabric = fabric;
        this.membership = membership;
        this.timing = timing;
        this.region = region;
        this.incarnation = incarnation;
        this.sessions = sessions;
        this.rules = rules;
        header = RegionHeader.of(region);
        links = new Links(fabric);
        mailbox = new Mailbox(fabric, header, rules);
        sender = new LineSender(fabric, links, id, header, incarnation);
        readable = fabric.readable(region);
        local = fabric.local(region);
    }

    public int id() {
        return id;
    }

    Fabric fabric() {
        return fabric;
    }

    Membership membership() {
        return membership;
    }

    Timing timing() {
        return timing;
    }

    Rules rules() {
        return rules;
    }

    Links links() {
        return links;
    }

    RegionHeader header() {
        return header;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    MemorySegment region() {
        return region;
    }

    /** What logs are written from. */
    RegisteredRegion local() {
        return local;
    }

    /** Once a turn: polls, and opens another endpoint where this one is of no use any more; the others learn of it by the card. */
    int poll() {
        int work = links.poll();
        if (links.hasFailed()) {
            links.renew();
            renewed++;
            mustPublish = true;
        }
        if (mustPublish) {
            publish(ring, ringEpoch, ringFrom);
        }
        return work;
    }

    /** Endpoints that were given up. */
    public long renewed() {
        return renewed;
    }

    /** @return the line's serial */
    long send(MemberCard to, int kind, long epoch, long word0, long word1, long word2, long word3) {
        int code = sender.send(links.peer(to), to.mailbox(), kind, epoch, word0, word1, word2, word3);
        links.tried(code);
        return sender.serial();
    }

    /** Tells the others where this member is, and that it follows no log. */
    void publish() {
        publish(MemberCard.NONE, 0, 0);
    }

    /** The same of one that follows a log. */
    void publish(RemoteRegion ofRing, long ofEpoch, long from) {
        ring = ofRing;
        ringEpoch = ofEpoch;
        ringFrom = from;
        membership.publish(new MemberCard(
                id,
                ++incarnation,
                fabric.description().provider(),
                links.endpoint().address(),
                mailbox.place(),
                readable.place(),
                ring,
                ringEpoch,
                ringFrom,
                sessions));
        mustPublish = false;
    }

    /** Endpoint first, then what it could reach; memory stays. */
    @Override
    public void close() {
        links.close();
        sender.close();
        mailbox.close();
        readable.close();
        local.close();
    }
}
