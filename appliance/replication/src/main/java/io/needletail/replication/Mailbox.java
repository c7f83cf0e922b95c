package io.needletail.replication;

import io.needletail.rdma.Fabric;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.rdma.RemoteRegion;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionHeader;

/** Where the other members' lines arrive. For one thread; others' cards write beside it. */
final class Mailbox implements AutoCloseable {
    private final RegisteredRegion memory;
    private final Line line;
    private final long[] serials = new long[LineLayout.MAX_MEMBERS * LineLayout.KINDS];

    private final Rules rules;

    Mailbox(Fabric fabric, RegionHeader header, Rules rules) {
        this.rules = rules;
        memory = fabric.ring(LineLayout.MAILBOX_LENGTH);
        line = new Line(header);
    }

    RemoteRegion place() {
        return memory.place();
    }

    /** A line of this kind that is newer than the last one taken, or null; good until the next call. */
    Line take(int sender, int kind) {
        long address = memory.memory().address() + LineLayout.place(sender, kind);
        int index = sender * LineLayout.KINDS + kind;
        if (Loads.getLongAcquire(address + LineLayout.SERIAL_OFFSET) <= serials[index]) {
            return null; // as nearly always: most of a turn would be checksums of nothing new
        }
        boolean isChecked = kind != LineLayout.REPORT || rules.hold(Rule.REPORTS_ARE_CHECKED);
        if (!line.load(address, sender, kind, isChecked) || line.serial() <= serials[index]) {
            return null;
        }
        serials[index] = line.serial();
        return line;
    }

    @Override
    public void close() {
        memory.close();
    }
}
