package io.needletail.rdma;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One operation under way: pieces that are still to be copied, and completions that are still to come. */
final class SimFlight {
    /** When its completion comes, and whether it is true. */
    enum Fate {
        AFTER_THE_BYTES,
        EARLY,
        LOST,
        DUPLICATED,
        UNFOUNDED,
        FAILED
    }

    static final int FAILURE = 5;
    private static final int MOST_PIECES = 6;

    /** Bytes from here to there. */
    record Piece(MemorySegment from, MemorySegment to) {
        Piece slice(long offset, long length) {
            return new Piece(from.asSlice(offset, length), to.asSlice(offset, length));
        }

        /** As they are now, whatever becomes of them. */
        Piece kept() {
            return new Piece(MemorySegment.ofArray(from.toArray(ValueLayout.JAVA_BYTE)), to);
        }

        void land() {
            to.copyFrom(from);
        }
    }

    private final SimEndpoint from;
    private final long peer;
    private final long context;
    private final List<Piece> pieces = new ArrayList<>();
    private Fate fate;
    private int completionsLeft = 1;
    private boolean isFirstTold;

    private SimFlight(SimEndpoint from, long peer, long context, Fate fate) {
        this.from = from;
        this.peer = peer;
        this.context = context;
        this.fate = fate;
        completionsLeft = fate == Fate.DUPLICATED ? 2 : 1;
    }

    /** Between memory that is there. */
    static SimFlight of(
            SimEndpoint from, long peer, long context, Fate fate, List<Piece> parts, SplittableRandom random) {
        SimFlight flight = new SimFlight(from, peer, context, fate);
        parts.forEach(part -> flight.cut(part, random));
        if (fate == Fate.UNFOUNDED || fate == Fate.FAILED || fate == Fate.LOST) {
            flight.loseSome(random);
        }
        return flight;
    }

    /** To a peer that is gone, or by a key that is none: no byte, and an error or nothing; a software provider says success, too. */
    static SimFlight astray(SimEndpoint from, long peer, long context, SplittableRandom random) {
        Fate fate = switch (random.nextInt(4)) {
            case 0 -> Fate.LOST;
            case 1 -> Fate.UNFOUNDED;
            default -> Fate.FAILED;
        };
        return new SimFlight(from, peer, context, fate);
    }

    private void cut(Piece part, SplittableRandom random) {
        long length = part.from().byteSize();
        long at = 0;
        for (int left = 1 + random.nextInt(MOST_PIECES); left > 0 && at < length; left--) {
            long piece = left == 1 ? length - at : 1 + random.nextLong(length - at);
            pieces.add(part.slice(at, piece));
            at += piece;
        }
    }

    private void loseSome(SplittableRandom random) {
        for (int lost = random.nextInt(pieces.size() + 1); lost > 0; lost--) {
            pieces.remove(random.nextInt(pieces.size()));
        }
    }

    boolean isFrom(SimEndpoint endpoint) {
        return from == endpoint;
    }

    boolean isFrom(SimFabric host) {
        return from.host() == host;
    }

    boolean isTo(long endpoint) {
        return peer == endpoint;
    }

    /** Its own endpoint is gone: some of its bytes land or none, and nobody is told. */
    void forget(SplittableRandom random) {
        completionsLeft = 0;
        loseSome(random);
    }

    /** The other side is gone: what has not landed may, where the memory is there yet, and an error comes or nothing. */
    void cutOff(boolean isMemoryThere, SplittableRandom random) {
        if (isMemoryThere) {
            loseSome(random);
        } else {
            pieces.clear();
        }
        if (!isFirstTold) {
            fate = random.nextInt(3) == 0 ? Fate.LOST : Fate.FAILED;
            completionsLeft = 1;
        }
    }

    /** False behind the last one. */
    boolean step(SplittableRandom random) {
        boolean tellsNow = pieces.isEmpty() || mayComeBeforeTheBytes() && random.nextBoolean();
        if (completionsLeft > 0 && tellsNow) {
            tell();
        } else if (!pieces.isEmpty()) {
            pieces.remove(random.nextInt(pieces.size())).land();
        }
        return !pieces.isEmpty() || completionsLeft > 0;
    }

    /** An error says nothing of bytes that are in the other side's socket. */
    private boolean mayComeBeforeTheBytes() {
        return fate == Fate.EARLY || fate == Fate.FAILED;
    }

    /** From here on the bytes are as they were: whoever is told may use theirs again. */
    private void tell() {
        completionsLeft--;
        pieces.replaceAll(Piece::kept);
        if (fate != Fate.LOST) {
            from.ended(context, fate == Fate.FAILED ? FAILURE : 0, !isFirstTold);
        }
        isFirstTold = true;
    }
}
