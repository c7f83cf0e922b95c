package io.needletail.bench.mirror;

import io.needletail.bench.process.Coordinator;
import io.needletail.memory.MappedFile;
import io.needletail.memory.ThreadPinning;
import io.needletail.rdma.LibFabric;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.registry.RegionFormatter;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.replication.FileMembership;
import io.needletail.replication.Member;
import io.needletail.replication.MemberCard;
import io.needletail.replication.Mirror;
import io.needletail.replication.RemoteHeader;
import io.needletail.replication.WatchedMembership;
import io.needletail.server.RegionStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The process that mirrors, as an appliance does, or sends bare lines back; which of both the coordinator says. */
public final class MirrorRole {
    static final int MEMBER = 1;
    /** Spins. */
    static final String SPIN = "spin";
    /** Sleeps when there was nothing for a while, as it shares its core. */
    static final String SHARE = "share";

    static final String ECHO = "echo";
    static final String REST = "rest";
    /** Followed by bytes of heap that it took. */
    static final String ENDED = "ended ";

    private static final long PATIENCE_NS = 5_000_000_000L;
    private static final long PAUSE_NS = 50_000;
    private static final int SPINS = 10_000;

    private final Mirror mirror;
    private final BareLines lines;
    private long echoed;

    private MirrorRole(Map<String, String> settings) throws IOException {
        LibFabric fabric = LibFabric.open(settings.get("provider"), "");
        lines = new BareLines(fabric);
        FileMembership files = new FileMembership(Path.of(settings.get("membership")));
        RegisteredRegion scratch = fabric.scratch(RegionLayout.HEADER_LENGTH);
        MemberCard card = files.card(MirroredPutRole.MEMBER);
        MemorySegment page = RemoteHeader.read(fabric, scratch, card, System::nanoTime, PATIENCE_NS);
        if (page == null) {
            throw new IOException("the primary's region is not read");
        }
        RegionHeader header = RegionHeader.ofPage(page);
        MappedFile file = RegionStore.createMirror(Path.of(settings.get("region")), header.sizing(), page);
        Member member = new Member(
                MEMBER,
                fabric,
                new WatchedMembership(files, System.err::println),
                MirroredPutRole.TIMING,
                file.segment().asSlice(0, RegionFormatter.lengthBytes(header.sizing())),
                System.currentTimeMillis() << 20,
                "");
        mirror = new Mirror(member, header, System::nanoTime);
    }

    public static void run(Map<String, String> settings) throws IOException {
        MirrorRole role = new MirrorRole(settings);
        Coordinator.say(RemoteTargetRole.PLACE + role.lines.place());
        role.lines.connect(FabricPlace.parse(Coordinator.next(() -> {})));
        int core = Integer.parseInt(settings.get("core"));
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        Coordinator.say("ready");
        for (String word = Coordinator.next(() -> {}); !word.equals("stop"); word = Coordinator.next(() -> {})) {
            Coordinator.say(word);
            long allocated = TimedTurns.allocatedBytes();
            role.play(word);
            Coordinator.say(ENDED + (TimedTurns.allocatedBytes() - allocated));
        }
        Coordinator.say("done");
    }

    /** Until there is another word. */
    private void play(String what) {
        switch (what) {
            case SPIN -> spin();
            case SHARE -> share();
            case ECHO -> echo();
            case REST -> {}
            default -> throw new IllegalArgumentException(what);
        }
    }

    private void spin() {
        while (!Coordinator.isTold()) {
            if (mirror.turn(System.nanoTime()) == 0) {
                Thread.onSpinWait();
            }
        }
    }

    private void share() {
        for (int idle = 0; !Coordinator.isTold(); ) {
            idle = mirror.turn(System.nanoTime()) > 0 ? 0 : idle + 1;
            if (idle > SPINS) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    private void echo() {
        while (!Coordinator.isTold()) {
            lines.poll();
            if (lines.hasArrived(echoed + 1)) {
                lines.send(++echoed);
            }
        }
    }
}
