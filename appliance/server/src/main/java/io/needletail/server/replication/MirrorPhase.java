package io.needletail.server.replication;

import io.needletail.rdma.FabricException;
import io.needletail.rdma.LibFabric;
import io.needletail.replication.Candidacy;
import io.needletail.replication.Mirror;
import io.needletail.server.ApplianceFolder;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.Profile;
import io.needletail.server.remote.RemoteMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What an appliance with a membership is before it serves: where somebody else is the primary it mirrors that one, until it is promoted or
 * stopped. Starting is a candidacy at most, never a resumption: a region of its own counts only where nobody else has the log.
 */
public final class MirrorPhase {
    private static final long LOOK_NS = 10_000_000;
    private static final long RETRY_NS = 200_000_000;
    private static final long PAUSE_NS = 50_000;
    private static final long FAULT_NS = 5_000_000_000L;
    private static final int TENTHS = 10;

    private final ApplianceFolder folder;
    private final Configuration configuration;
    private final BooleanSupplier isStopped;
    private final Consumer<String> print;
    private final List<Following> shards = new ArrayList<>();
    private long lookedNs;
    private long faultToldNs = System.nanoTime() - FAULT_NS - 1;
    private int tenthsTold = -1;
    private boolean isReadyTold;

    private MirrorPhase(
            ApplianceFolder folder, Configuration configuration, BooleanSupplier isStopped, Consumer<String> print) {
        this.folder = folder;
        this.configuration = configuration;
        this.isStopped = isStopped;
        this.print = print;
    }

    /**
     * Mirrors as long as another member is the primary.
     *
     * @param print progress, for people
     * @return true when this member is to serve: its regions are as they are to be attached to; false when it was stopped before
     */
    public static boolean run(
            ApplianceFolder folder, Configuration configuration, BooleanSupplier isStopped, Consumer<String> print)
            throws IOException {
        return !follows(configuration)
                || new MirrorPhase(folder, configuration, isStopped, print).mirrorUntilPromoted();
    }

    /** Whether somebody else has the log of any shard. */
    private static boolean follows(Configuration configuration) throws IOException {
        if (configuration.membership() == null) {
            return false;
        }
        for (int i = 0; i < configuration.shards(); i++) {
            var agreed = MirrorSettings.membership(configuration, i).configuration();
            if (agreed != null && !Candidacy.isAlone(agreed, MirrorSettings.member(configuration))) {
                return true;
            }
        }
        return false;
    }

    private boolean mirrorUntilPromoted() throws IOException {
        try (LibFabric fabric = MirrorSettings.fabric(configuration)) {
            try {
                return mirror(fabric);
            } finally {
                for (Following shard : shards) {
                    shard.close();
                }
            }
        }
    }

    private boolean mirror(LibFabric fabric) throws IOException {
        for (int i = 0; i < configuration.shards(); i++) {
            shards.add(new Following(configuration, fabric, folder, i, this::onFault));
        }
        switch (beginAll()) {
            case STOPPED -> {
                return false;
            }
            case RESUMES -> {
                return true;
            }
            case MIRRORS -> {}
        }
        while (!isStopped.getAsBoolean()) {
            if (turn() == 0) {
                pause();
            }
            if (shards.stream().allMatch(Following::hasWon)) {
                print.accept("mirror: promoted");
                return true;
            }
        }
        return false;
    }

    /** How the search for a primary ended. */
    private enum Begun {
        STOPPED,
        RESUMES,
        MIRRORS
    }

    /** What stands in this member's folder stays until somebody else has all of it: it may be the only one that is left. */
    private Begun beginAll() throws IOException {
        for (Following shard : shards) {
            for (boolean isTold = false; !shard.findPrimary(); isTold = true) {
                if (isStopped.getAsBoolean()) {
                    return Begun.STOPPED;
                }
                if (shard.isToResume()) {
                    print.accept("mirror: promoted: this member's own region is what the primary's was");
                    return Begun.RESUMES;
                }
                if (!isTold) {
                    print.accept(
                            "mirror: waits for a primary; promote a mirror that has all (needletail mirror promote), or"
                                    + " when none is left the member that was the primary, with what its own region has. "
                                    + shard.agreed());
                }
                LockSupport.parkNanos(RETRY_NS);
            }
        }
        if (configuration.regionDir() != null) {
            RemoteMemory.requireRegistrable(configuration.regionDir());
        }
        for (Following shard : shards) {
            shard.checkThatItFits();
        }
        folder.becomeMirror(configuration, print);
        for (Following shard : shards) {
            shard.begin();
        }
        return Begun.MIRRORS;
    }

    /** Membership and fabric may be away for a while: what this mirror has stays, and may be all that there is. */
    private int turn() {
        long nowNs = System.nanoTime();
        try {
            return turnAll(nowNs);
        } catch (IOException | UncheckedIOException | IllegalStateException | FabricException e) {
            if (nowNs - faultToldNs > FAULT_NS) {
                faultToldNs = nowNs;
                onFault(e.getMessage());
            }
            return 0;
        }
    }

    private void onFault(String fault) {
        print.accept("mirror: it goes on, and could not: " + fault);
    }

    private int turnAll(long nowNs) throws IOException {
        int work = 0;
        for (Following shard : shards) {
            work += shard.turn(nowNs);
        }
        if (nowNs - lookedNs > LOOK_NS) {
            lookedNs = nowNs;
            tell();
            promoteWanted(nowNs);
        }
        return work;
    }

    private void pause() {
        if (configuration.profile().waiting() == Profile.Waiting.SLEEPS) {
            LockSupport.parkNanos(PAUSE_NS);
        } else {
            Thread.onSpinWait();
        }
    }

    private void promoteWanted(long nowNs) throws IOException {
        for (Following shard : shards) {
            if (shard.isWanted() && !shard.isCandidate()) {
                print.accept(
                        shard.promote(nowNs)
                                ? "mirror: taking over, behind the old primary's lease"
                                : "mirror: cannot take over: this member does not have all that was acknowledged");
            }
        }
    }

    private void tell() {
        long done = 0;
        long total = 0;
        boolean areInSync = true;
        for (Following shard : shards) {
            done += shard.mirror().copied();
            total += shard.mirror().slots();
            areInSync &= shard.mirror().phase() == Mirror.Phase.IN_SYNC;
        }
        int tenths = total == 0 ? 0 : (int) (done * TENTHS / total);
        if (tenths != tenthsTold && !areInSync) {
            print.accept("mirror: copied " + tenths * TENTHS + "% of " + total + " slots");
        }
        if (areInSync && !isReadyTold) {
            print.accept("mirror ready pid=" + ProcessHandle.current().pid() + " member="
                    + MirrorSettings.member(configuration) + " dir=" + folder.folder());
        }
        tenthsTold = tenths;
        isReadyTold = areInSync;
    }
}
