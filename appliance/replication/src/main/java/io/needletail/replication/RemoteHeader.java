package io.needletail.replication;

import io.needletail.rdma.Endpoint;
import io.needletail.rdma.Fabric;
import io.needletail.rdma.PostedReads;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;

/** Reads the header page of another member's region, before there is one here. */
public final class RemoteHeader {
    private static final int WINDOW = 4;

    private RemoteHeader() {}

    /**
     * Reads it.
     *
     * @param scratch of {@link RegionLayout#HEADER_LENGTH} bytes, for one try after the other
     * @return the page, or null when it could not be read within the time, or is none
     */
    public static MemorySegment read(
            Fabric fabric, RegisteredRegion scratch, MemberCard card, LongSupplier clock, long patienceNs) {
        try (Endpoint endpoint = fabric.endpoint(WINDOW)) {
            PostedReads reads =
                    new PostedReads(endpoint, endpoint.connect(card.endpoint()), scratch, card.region(), clock);
            reads.begin();
            long untilNs = clock.getAsLong() + patienceNs;
            boolean isRead = card.region().holds(0, RegionLayout.HEADER_LENGTH)
                    && reads.add(0, 0, RegionLayout.HEADER_LENGTH, untilNs)
                    && reads.await(untilNs);
            if (!isRead || RegionHeader.validatePage(scratch.memory()) != RegionFault.NONE) {
                return null;
            }
            return Arena.ofAuto()
                    .allocate(RegionLayout.HEADER_LENGTH, Long.BYTES)
                    .copyFrom(scratch.memory());
        }
    }
}
