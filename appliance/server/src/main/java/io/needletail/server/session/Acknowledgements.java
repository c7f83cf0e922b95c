package io.needletail.server.session;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.server.Counter;
import java.nio.charset.StandardCharsets;
import org.agrona.MutableDirectBuffer;

/**
 * Acknowledgements that wait for a level above memory: the change is made, its answer is kept, and sent when the one who brings the
 * level about has published a sequence that covers it. Other requests go on meanwhile. For the shard's thread.
 */
final class Acknowledgements {
    /** Bytes of the longest answer to why. */
    static final int LONGEST_REASON = 64;

    private static final byte[] TOO_MANY = text("acknowledgements");
    private static final byte[] NO_JOURNAL = text("journal=off, or fewer mirrors than min-mirrors");
    private static final byte[] NOT_PERSISTENT = text("the region is not in persistent memory; see persistent-memory");
    private static final byte[] NO_MIRRORS = text("no mirrors, or fewer than that or than min-mirrors");

    private final ShardEngine engine;
    private final LiveHeader live;
    private final ShardCounters counters;
    private final ReplyClaim claim = new ReplyClaim();
    private final ReplyWriter unknown = new ReplyWriter(claim);
    /** By level; none where nobody waits. */
    private final HeldAnswers[] held;

    private final ReplyWriter[] writers;
    private final BatchReplyWriter[] batchWriters;
    private final HeldAnswers.Sender sender = this::send;
    private final HeldAnswers.Sender refuser = this::answerUnknown;
    private final boolean isJournaled;
    private final boolean isPersistent;
    private final MirrorState mirrors;

    /** Those that count, for the whole of a cycle. */
    private int mirrorCount;

    private int waiting;
    private long nowNs;
    private int refusedLevel;

    /**
     * Makes the places.
     *
     * @param isJournaled whether the levels of a journal are offered
     * @param mirrors that records are written to
     * @param most acknowledgements that may wait for a level
     */
    Acknowledgements(ShardEngine engine, ShardCounters counters, boolean isJournaled, MirrorState mirrors, int most) {
        this.engine = engine;
        this.counters = counters;
        this.isJournaled = isJournaled;
        this.mirrors = mirrors;
        isPersistent = engine.writeBack() != null;
        live = engine.live();
        int highest = mirrors == MirrorState.NONE ? isJournaled ? Level.SYNCED : Level.MEMORY : Level.COUNT - 1;
        held = new HeldAnswers[highest + 1];
        writers = new ReplyWriter[highest + 1];
        batchWriters = new BatchReplyWriter[highest + 1];
        for (int level = Level.MEMORY + 1; level <= highest; level++) {
            if (!isWaitedFor(level)) {
                continue;
            }
            held[level] = new HeldAnswers(most);
            writers[level] = new ReplyWriter(held[level]);
            batchWriters[level] = new BatchReplyWriter(held[level]);
        }
    }

    private static byte[] text(String words) {
        return words.getBytes(StandardCharsets.US_ASCII);
    }

    /** Once a cycle: between the change and its answer their number is one. */
    void countMirrors() {
        mirrorCount = mirrors.count();
    }

    /** OK when a change may be made whose answer waits for this level; else why it may not. */
    int fault(int level) {
        if (!isOffered(level) || mirrorCount < mirrors.needed()) {
            return Status.LEVEL_UNAVAILABLE;
        }
        return !isWaitedFor(level) || held[level].hasRoom() ? Status.OK : Status.BACK_PRESSURED;
    }

    private boolean isOffered(int level) {
        return switch (level) {
            case Level.MEMORY -> true;
            case Level.JOURNALED, Level.SYNCED -> isJournaled;
            case Level.PERSISTENT -> isPersistent;
            default -> isMirrored(level - Level.MIRRORED + 1);
        };
    }

    private boolean isMirrored(int n) {
        return n >= mirrors.least() && n <= mirrorCount;
    }

    /** In persistent memory a change is on the medium before it is applied, so nobody waits for that. */
    private static boolean isWaitedFor(int level) {
        return level == Level.JOURNALED || level == Level.SYNCED || level >= Level.MIRRORED;
    }

    /**
     * The level that an answer waits for. Only what was done has one; and what was done before, and asked for again, is said to be
     * done even when it cannot wait.
     */
    int waitsFor(int status, int level) {
        boolean isDone = status == Status.OK || status == Status.DONE_BEFORE;
        return isDone && isWaitedFor(level) && fault(level) == Status.OK ? level : Level.MEMORY;
    }

    /** The level that an answer names which does not wait: of what was done before, how far everything so far has come. */
    int reached(int status, int level) {
        boolean isKnown = status == Status.DONE_BEFORE || status == Status.OK && level == Level.PERSISTENT;
        return isKnown && level != Level.MEMORY ? reachedBy(engine.lastRecorded(), Level.PERSISTENT) : Level.MEMORY;
    }

    /** In words, for the one who asked. */
    static byte[] why(int fault, int level) {
        if (fault == Status.BACK_PRESSURED) {
            return TOO_MANY;
        }
        if (level >= Level.MIRRORED || level == Level.MEMORY) {
            return NO_MIRRORS;
        }
        return level == Level.PERSISTENT ? NOT_PERSISTENT : NO_JOURNAL;
    }

    /** Writes an answer that waits until all that was changed so far has reached the level. */
    ReplyWriter hold(SessionLane lane, int level, long correlationId) {
        begin(lane, level, correlationId);
        return writers[level];
    }

    /** The same of a batch or a group. */
    BatchReplyWriter holdBatch(SessionLane lane, int level, long correlationId) {
        begin(lane, level, correlationId);
        return batchWriters[level];
    }

    private void begin(SessionLane lane, int level, long correlationId) {
        assert fault(level) == Status.OK : Level.name(level);
        counters.add(Counter.LEVEL_WAITS);
        held[level].begin(lane, engine.lastRecorded(), correlationId);
        if (level == Level.SYNCED) {
            engine.log().wants(engine.lastRecorded());
        }
        waiting++;
    }

    boolean isEmpty() {
        return waiting == 0;
    }

    /** Once a cycle: sends those whose level has been reached. */
    int release(long clockNs) {
        if (waiting == 0) {
            return 0;
        }
        nowNs = clockNs;
        int released = 0;
        for (int level = Level.MEMORY + 1; level < held.length; level++) {
            released += held[level] == null || held[level].count() == 0 ? 0 : release(level);
        }
        waiting -= released;
        return released;
    }

    /** When there are not so many mirrors any more, what has not come so far is not known to come. */
    private int release(int level) {
        int released = held[level].release(live.reached(level), sender);
        if (level < Level.MIRRORED || isOffered(level)) {
            return released;
        }
        refusedLevel = level;
        return released + held[level].release(Long.MAX_VALUE, refuser); // who has no room is told later
    }

    private boolean send(
            SessionLane lane, long correlationId, boolean isReserved, MutableDirectBuffer from, int at, int length) {
        int code = claim.claim(lane.replies(), length);
        if (code == 0) {
            waitsForRoom(lane);
            return false;
        }
        if (code > 0) {
            claim.buffer().putBytes(claim.offset(), from, at, length);
            if (isReserved) {
                claim.correlationId(correlationId);
            }
            claim.commit();
        }
        lane.answersRead();
        claim.forgetExhausted(); // found by the session's next request
        return true;
    }

    /** Nothing more is taken from a client that does not read; one that shares has its own place for what waits. */
    private void waitsForRoom(SessionLane lane) {
        lane.answersUnread(nowNs);
        if (!lane.isShared() && !lane.isStalled()) {
            counters.add(Counter.REPLY_STALLS);
            lane.stalls(nowNs);
        }
    }

    /** Nothing more will be brought to its level: all that waits is answered with UNKNOWN and the level that it has reached. */
    void giveUp() {
        for (int level = held.length - 1; level > Level.MEMORY; level--) {
            refusedLevel = level;
            if (held[level] != null) {
                held[level].drain(refuser);
            }
        }
        waiting = 0;
    }

    private boolean answerUnknown(
            SessionLane lane, long correlationId, boolean isReserved, MutableDirectBuffer from, int at, int length) {
        long sequence = held[refusedLevel].oldest();
        boolean isOnMedium = isPersistent && live.reached(Level.PERSISTENT) >= sequence;
        int level = isOnMedium ? Level.PERSISTENT : reachedBy(sequence, refusedLevel - 1);
        return unknown.outcome(lane.replies(), correlationId, Status.UNKNOWN, Handle.NULL, 0, level);
    }

    private int reachedBy(long sequence, int most) {
        int level = most;
        while (level > Level.MEMORY && (!isOffered(level) || live.reached(level) < sequence)) {
            level--;
        }
        return level;
    }
}
