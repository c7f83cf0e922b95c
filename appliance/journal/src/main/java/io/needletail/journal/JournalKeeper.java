package io.needletail.journal;

import io.needletail.engine.MutationLog;
import io.needletail.memory.ForceFailedException;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.MonotonicClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;

/**
 * Makes a journal's files ahead and forces what was appended, all there is with one call: at once when somebody waits for it, and
 * whoever waits while one call is under way is in the next; else after an interval, because a page that is still being written to
 * would be brought to the medium again and again. A failed force ends it; without room for another file the writer waits, and so do
 * changes.
 */
public final class JournalKeeper implements Agent {
    /** Turns that go by before it tries again what failed: a look for room may write much and find none. */
    static final int TURNS_WITHOUT_ROOM = 1_000;

    private final SegmentJournal journal;
    private final MutationLog ring;
    private final LiveHeader live;
    private final MonotonicClock clock;
    private final long intervalNs;
    private volatile Thread thread;
    private long forcedNs;
    private int turnsToWait;
    private int turnsToDrop;
    private long forces;
    private long withoutRoom;
    private long notDropped;
    private Consumer<String> log = what -> {};
    private boolean saidNoRoom;
    private boolean saidNotDropped;

    /**
     * For the journal of a shard.
     *
     * @param ring knows who waits
     * @param intervalNs from one force to the next while nobody does
     */
    public JournalKeeper(
            SegmentJournal journal, MutationLog ring, LiveHeader live, MonotonicClock clock, long intervalNs) {
        this.journal = journal;
        this.ring = ring;
        this.live = live;
        this.clock = clock;
        this.intervalNs = intervalNs;
        forcedNs = clock.nowNs() - intervalNs; // what an earlier run left is on the medium, and said to be, at once
    }

    /** Who is told of what an operator should know. */
    public void tells(Consumer<String> operator) {
        log = operator;
    }

    @Override
    public void onStart() {
        thread = Thread.currentThread();
    }

    /** There is something to force that somebody waits for: it need not sleep on. For any thread. */
    void wake() {
        LockSupport.unpark(thread);
    }

    @Override
    public int doWork() {
        return prepare() + force() + drop();
    }

    private int drop() {
        if (turnsToDrop > 0) {
            turnsToDrop--;
            return 0;
        }
        try {
            int dropped = journal.dropCovered() ? 1 : 0;
            saidNotDropped &= dropped == 0;
            return dropped;
        } catch (ForceFailedException e) {
            throw lost(e);
        } catch (IOException e) {
            notDropped++; // tried again: until then it only takes room
            turnsToDrop = TURNS_WITHOUT_ROOM;
            if (!saidNotDropped) { // once, until it works again
                log.accept("a file of the journal that nobody needs any more could not be removed: " + e.getMessage());
            }
            saidNotDropped = true;
            return 0;
        }
    }

    private int prepare() {
        if (turnsToWait > 0) {
            turnsToWait--;
            return 0;
        }
        try {
            int made = journal.prepare() ? 1 : 0;
            saidNoRoom &= made == 0;
            return made;
        } catch (ForceFailedException e) {
            throw lost(e);
        } catch (IOException e) {
            withoutRoom++; // tried again: room may come, and until then changes are refused
            turnsToWait = TURNS_WITHOUT_ROOM;
            if (!saidNoRoom) {
                log.accept("the journal's next file could not be made, and when the present one is full changes are"
                        + " refused (BACK_PRESSURED) until it can: " + e.getMessage());
            }
            saidNoRoom = true;
            return 0;
        }
    }

    private static UncheckedIOException lost(IOException why) {
        return new UncheckedIOException("the journal cannot be forced, and what it should have kept is lost", why);
    }

    private boolean isDue(long reached) {
        return ring.wanted() > reached || clock.nowNs() - forcedNs >= intervalNs;
    }

    private int force() {
        long before = live.reached(Level.SYNCED);
        if (!isDue(before)) {
            return 0;
        }
        try {
            long forced = journal.force();
            forcedNs = clock.nowNs();
            if (forced == before) {
                return 0;
            }
            forces++;
            live.reached(Level.SYNCED, forced);
            return 1;
        } catch (IOException e) {
            throw lost(e);
        }
    }

    /** Calls that forced something. */
    public long forces() {
        return forces;
    }

    /** Files that nobody needs and that could not be removed. */
    public long notDropped() {
        return notDropped;
    }

    /** How often there was no room for the next file. */
    public long withoutRoom() {
        return withoutRoom;
    }

    @Override
    public String roleName() {
        return "journal-keeper";
    }
}
