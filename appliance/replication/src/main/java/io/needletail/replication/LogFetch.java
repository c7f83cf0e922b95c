package io.needletail.replication;

import io.needletail.engine.MirrorLog;
import io.needletail.rdma.PostedReads;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import java.util.function.LongSupplier;

/** Reads what one's own log lacks from the ring of another member's region, and validates it as it does what the primary sends. */
final class LogFetch implements AutoCloseable {
    private static final long LEAST_PIECE = 64 << 10;

    private final Member member;
    private final LongSupplier clock;
    private final RegisteredRegion scratch;
    private final long mostBytes;

    /** @param longestRecord bytes */
    LogFetch(Member member, LongSupplier clock, int longestRecord) {
        this.member = member;
        this.clock = clock;
        mostBytes = Math.max(LEAST_PIECE, longestRecord);
        scratch = member.fabric().scratch(RegionLayout.HEADER_LENGTH + mostBytes);
    }

    /**
     * Fetches up to a position.
     *
     * @return whether the log has it now
     */
    boolean fetch(MirrorLog log, MemberCard from, long end) {
        RegionHeader header = header(from);
        PostedReads reads = reads(from);
        if (header == null) {
            return false;
        }
        while (log.wholePosition() < end) {
            long before = log.position();
            if (!fetchPiece(log, reads, header, end) || log.position() == before) {
                return false;
            }
        }
        return true;
    }

    private PostedReads reads(MemberCard from) {
        return new PostedReads(member.links().endpoint(), member.links().peer(from), scratch, from.region(), clock);
    }

    /** The header of another member's region as it is now, or null when it cannot be read. */
    RegionHeader header(MemberCard from) {
        if (!read(reads(from), 0, 0, RegionLayout.HEADER_LENGTH)) {
            return null;
        }
        var page = scratch.memory().asSlice(0, RegionLayout.HEADER_LENGTH);
        return RegionHeader.validatePage(page) == RegionFault.NONE ? RegionHeader.ofPage(page) : null;
    }

    private boolean fetchPiece(MirrorLog log, PostedReads reads, RegionHeader header, long end) {
        long ringLength = header.sizing().ringLength();
        long from = log.position();
        long length = Math.min(Math.min(end - from, mostBytes), ringLength - (from & ringLength - 1));
        long offset = header.layout().ringOffset() + (from & ringLength - 1);
        if (!read(reads, RegionLayout.HEADER_LENGTH, offset, length)) {
            return false;
        }
        long copy = scratch.memory().address() + RegionLayout.HEADER_LENGTH;
        for (long at = 0; at < length && log.position() == from + at; ) {
            long first = Loads.getLong(copy + at);
            int needed = log.lengthOf(first);
            if (needed <= 0 || needed > length - at || !log.keep(copy + at)) {
                return true; // cut off, or not what continues the log: what was kept says which
            }
            at = log.position() - from;
        }
        return true;
    }

    private boolean read(PostedReads reads, long into, long from, long length) {
        reads.begin();
        long untilNs = clock.getAsLong() + member.timing().readNs();
        return reads.add(into, from, length, untilNs) && reads.await(untilNs);
    }

    @Override
    public void close() {
        scratch.close();
    }
}
