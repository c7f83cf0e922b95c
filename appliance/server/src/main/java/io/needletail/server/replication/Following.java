package io.needletail.server.replication;

import io.needletail.memory.MappedFile;
import io.needletail.rdma.LibFabric;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.registry.RegionFormatter;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.replication.Candidacy;
import io.needletail.replication.FileMembership;
import io.needletail.replication.Member;
import io.needletail.replication.MemberCard;
import io.needletail.replication.Mirror;
import io.needletail.replication.RemoteHeader;
import io.needletail.replication.WatchedMembership;
import io.needletail.server.ApplianceFolder;
import io.needletail.server.RegionStore;
import io.needletail.server.config.Configuration;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.util.function.Consumer;

/** One shard of a mirror: its region, its member, its part of the protocol. For one thread. */
final class Following implements AutoCloseable {
    private static final long READ_PATIENCE_NS = 500_000_000L;

    private final Configuration configuration;
    private final LibFabric fabric;
    private final FileMembership membership;
    private final Consumer<String> onFault;
    private final ApplianceFolder folder;
    private final int shard;
    private final RegisteredRegion scratch;
    private final FileChannel held;
    private MemorySegment page;
    private MappedFile file;
    private WatchedMembership watched;
    private Member member;
    private Mirror mirror;
    private Candidacy candidacy;
    private boolean hasWon;

    /** Makes this process the member. */
    Following(
            Configuration configuration, LibFabric fabric, ApplianceFolder folder, int shard, Consumer<String> onFault)
            throws IOException {
        this.onFault = onFault;
        this.configuration = configuration;
        this.fabric = fabric;
        this.folder = folder;
        this.shard = shard;
        membership = MirrorSettings.membership(configuration, shard);
        held = membership.hold(MirrorSettings.member(configuration));
        scratch = fabric.scratch(RegionLayout.HEADER_LENGTH);
    }

    /** Whether another member is the primary, and its region is reached. */
    boolean findPrimary() {
        var agreed = membership.configuration();
        boolean isOther = agreed != null
                && agreed.primary() != MirrorSettings.member(configuration)
                && agreed.epoch() == agreed.logEpoch();
        MemberCard card = isOther ? membership.card(agreed.primary()) : null;
        page = card == null ? null : RemoteHeader.read(fabric, scratch, card, System::nanoTime, READ_PATIENCE_NS);
        return page != null;
    }

    /** Before anything of this member's own is discarded. */
    void checkThatItFits() throws IOException {
        RegionStore.checkMirror(folder.regionFile(shard), configuration.sizing(), page);
    }

    /** An operator says that this member, which was the primary, is to be it again. */
    boolean isToResume() {
        var agreed = membership.configuration();
        int member = MirrorSettings.member(configuration);
        return membership.wanted() == member && agreed != null && agreed.primary() == member;
    }

    /** Makes a region like the primary's. */
    void begin() throws IOException {
        file = RegionStore.createMirror(folder.regionFile(shard), configuration.sizing(), page);
        join(RegionHeader.ofPage(page));
    }

    private void join(RegionHeader theirs) {
        MemorySegment region = file.segment().asSlice(0, RegionFormatter.lengthBytes(configuration.sizing()));
        watched = new WatchedMembership(membership, onFault);
        member = new Member(
                MirrorSettings.member(configuration),
                fabric,
                watched,
                MirrorSettings.timing(configuration),
                region,
                MirrorSettings.incarnation(),
                folder.folder().toAbsolutePath().toString());
        mirror = new Mirror(member, theirs, System::nanoTime);
    }

    int turn(long nowNs) {
        if (hasWon) {
            return 0;
        }
        int work = mirror.turn(nowNs);
        if (candidacy != null) {
            goOn(nowNs);
        }
        return work;
    }

    private void goOn(long nowNs) {
        switch (candidacy.turn(nowNs)) {
            case WON -> hasWon = true;
            case LOST -> candidacy = null;
            case GATHERING -> {}
        }
    }

    boolean isWanted() {
        return watched.wanted() == MirrorSettings.member(configuration);
    }

    /** Begins to take over; false when this mirror does not have all that was acknowledged, or another was faster. */
    boolean promote(long nowNs) throws IOException {
        watched.refresh(); // what is wanted may be wanted for what the members have just agreed on
        watched.wantNobody();
        candidacy = Candidacy.begin(mirror, nowNs);
        if (candidacy.state() == Candidacy.State.LOST) {
            candidacy = null;
        }
        return candidacy != null;
    }

    boolean isCandidate() {
        return candidacy != null;
    }

    boolean hasWon() {
        return hasWon;
    }

    Mirror mirror() {
        return mirror;
    }

    io.needletail.replication.Configuration agreed() {
        return membership.configuration();
    }

    /** The region's file stays, for whoever it belongs to now. */
    @Override
    public void close() throws IOException {
        if (member != null) {
            member.close();
        }
        if (mirror != null) {
            mirror.close();
        }
        if (watched != null) {
            watched.close();
        }
        scratch.close();
        if (file != null) {
            file.close();
        }
        held.close();
    }
}
