package io.needletail.replication;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A membership as it was some milliseconds ago: a thread of its own reads the files, so that whoever moves a log waits for no file and takes no
 * heap while nothing changes. (To change something is to write and to wait.) What this process has set it sees at once; all else may be late,
 * as a look at the files may be, and decides nothing: that is done by compare-and-set. What cannot be read leaves what was read before. Safe
 * for use by several threads.
 */
public final class WatchedMembership implements Membership, AutoCloseable {
    private static final long PERIOD_NS = 10_000_000;
    private static final long FAULT_NS = 5_000_000_000L;
    private static final long CLOSE_MS = 1_000;

    private final FileMembership files;
    private final Consumer<String> onFault;
    private final AtomicReferenceArray<MemberCard> cards = new AtomicReferenceArray<>(LineLayout.MAX_MEMBERS);
    private final Thread thread = new Thread(this::watch, "membership");
    private volatile Configuration configuration;
    /** Changes that this process has made: a read that was begun before one of them may be of before it. */
    private long changes;
    /** Reads that were begun, and the last of them that was taken: two threads read, and none goes back. */
    private long begun;

    private long taken;

    private volatile int wanted = -1;
    private volatile boolean isClosed;
    private long faultToldNs = System.nanoTime() - FAULT_NS - 1;

    /**
     * Reads once, and begins to watch.
     *
     * @param onFault is told, now and then, why something cannot be read
     */
    public WatchedMembership(FileMembership files, Consumer<String> onFault) {
        this.files = files;
        this.onFault = onFault;
        refresh();
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        while (!isClosed) {
            LockSupport.parkNanos(PERIOD_NS);
            refresh();
        }
    }

    /** Reads all of it now. */
    public void refresh() {
        attempt(this::readWanted); // before the configuration: who was wanted is so in what is read behind it
        attempt(this::readConfiguration);
        for (int member = 0; member < LineLayout.MAX_MEMBERS; member++) {
            int one = member;
            attempt(() -> cards.set(one, files.card(one)));
        }
    }

    /** One that is damaged hides none of the others. */
    private void attempt(Runnable reading) {
        try {
            reading.run();
        } catch (RuntimeException e) {
            tell(e);
        }
    }

    private synchronized void tell(RuntimeException fault) {
        long nowNs = System.nanoTime();
        if (nowNs - faultToldNs > FAULT_NS && !isClosed) {
            faultToldNs = nowNs;
            onFault.accept(fault.getMessage() == null ? fault.toString() : fault.getMessage());
        }
    }

    private synchronized void readWanted() {
        wanted = files.wanted();
    }

    /** A lower one too: somebody may have begun the membership again, which is not to be overlooked. */
    private void readConfiguration() {
        long before;
        long ticket;
        synchronized (this) {
            before = changes;
            ticket = ++begun;
        }
        Configuration read = files.configuration();
        if (read == null && configuration != null) {
            throw new IllegalStateException(files + ": the configuration is gone");
        }
        take(read, before, ticket);
    }

    private synchronized void take(Configuration read, long before, long ticket) {
        if (changes == before && ticket > taken) {
            taken = ticket;
            configuration = read;
        }
    }

    @Override
    public Configuration configuration() {
        return configuration;
    }

    @Override
    public boolean compareAndSet(long expectedVersion, Configuration next) {
        boolean isReplaced = files.compareAndSet(expectedVersion, next);
        if (isReplaced) {
            set(next);
        } else {
            attempt(this::readConfiguration); // by whom it was
        }
        return isReplaced;
    }

    private synchronized void set(Configuration next) {
        changes++;
        configuration = next;
    }

    @Override
    public MemberCard card(int member) {
        return cards.get(member);
    }

    @Override
    public void publish(MemberCard card) {
        files.publish(card);
        cards.set(card.member(), card);
    }

    /** The member that an operator wants to be the primary, or -1. */
    public int wanted() {
        return wanted;
    }

    /** What was wanted has been tried. */
    public synchronized void wantNobody() throws IOException {
        files.wantNobody();
        wanted = -1;
    }

    /** A read that hangs is left to itself. */
    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return files.toString();
    }
}
