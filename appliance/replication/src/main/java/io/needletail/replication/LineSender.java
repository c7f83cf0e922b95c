package io.needletail.replication;

import io.needletail.rdma.Endpoint;
import io.needletail.rdma.Fabric;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.rdma.RemoteRegion;
import io.needletail.registry.view.RegionHeader;

/** Writes this member's lines into the others' mailboxes. A line that found no room is superseded by the next. For one thread. */
final class LineSender implements AutoCloseable {
    /** Operations of this sender say so in their context, and nothing hangs on how they end. */
    static final long CONTEXT = Long.MIN_VALUE;

    /** Lines that may be under way before a place is written again; one that is still there arrives torn, and is as none. */
    private static final int PLACES = 64;

    private final Links links;
    private final int self;
    private final RegisteredRegion memory;
    private final Line line;
    private int next;
    private long serial;

    /** @param firstSerial higher than any of an earlier life of this member */
    LineSender(Fabric fabric, Links links, int self, RegionHeader header, long firstSerial) {
        this.links = links;
        this.self = self;
        memory = fabric.scratch((long) PLACES * LineLayout.LENGTH);
        line = new Line(header);
        serial = firstSerial;
    }

    /** @return as {@link Endpoint#write} */
    int send(long peer, RemoteRegion mailbox, int kind, long epoch, long word0, long word1, long word2, long word3) {
        long offset = (long) next * LineLayout.LENGTH;
        line.set(self, kind, epoch, ++serial, word0, word1, word2, word3);
        line.store(memory.memory(), offset);
        int code = links.endpoint()
                .write(peer, memory, offset, LineLayout.LENGTH, mailbox, LineLayout.place(self, kind), CONTEXT);
        next = code == Endpoint.POSTED ? (next + 1) % PLACES : next;
        return code;
    }

    /** Of the line that was sent, or tried, last. */
    long serial() {
        return serial;
    }

    @Override
    public void close() {
        memory.close();
    }
}
