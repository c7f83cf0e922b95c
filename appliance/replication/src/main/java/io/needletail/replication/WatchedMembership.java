package io.needletail.replication;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A membership as it was a few milliseconds ago: a thread of its own reads the files, so that whoever moves a log neither waits for a disk nor
 * makes garbage. What this process has changed it sees at once; all else may be late, as a look at the files may be, and decides nothing: that
 * is done by compare-and-set. Safe for use by several threads.
 */
public final class WatchedMembership implements Membership, AutoCloseable {
    private static final long PERIOD_NS = 5_000_000;
    private static final long FAULT_NS = 5_000_000_000L;

    private final FileMembership files;
    private final Consumer<String> onFault;
    private final AtomicReference<Configuration> configuration = new AtomicReference<>();
    private final AtomicReferenceArray<MemberCard> cards = new AtomicReferenceArray<>(LineLayout.MAX_MEMBERS);
    private final Thread thread = new Thread(this::watch, "membership");
    private volatile int wanted;
    private volatile boolean isClosed;
    private long faultToldNs = System.nanoTime() - FAULT_NS - 1;

    /**
     * Reads once, and begins to watch.
     *
     * @param onFault is told, now and then, why the files cannot be read; what was read before stands
     */
    public WatchedMembership(FileMembership files, Consumer<String> onFault) {
        this.files = files;
        this.onFault = onFault;
        read();
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        while (!isClosed) {
            LockSupport.parkNanos(PERIOD_NS);
            try {
                read();
            } catch (UncheckedIOException | IllegalStateException | IllegalArgumentException e) {
                tell(e.getMessage());
            }
        }
    }

    private void tell(String fault) {
        long nowNs = System.nanoTime();
        if (nowNs - faultToldNs > FAULT_NS && !isClosed) {
            faultToldNs = nowNs;
            onFault.accept(fault);
        }
    }

    private void read() {
        for (int member = 0; member < LineLayout.MAX_MEMBERS; member++) {
            cards.set(member, files.card(member));
        }
        adopt(files.configuration()); // behind the cards: whom it names has one
        synchronized (this) {
            wanted = files.wanted();
        }
    }

    /** Another thread may have read an older one. */
    private void adopt(Configuration read) {
        configuration.accumulateAndGet(
                read, (now, other) -> now == null || other != null && other.version() > now.version() ? other : now);
    }

    @Override
    public Configuration configuration() {
        return configuration.get();
    }

    @Override
    public boolean compareAndSet(long expectedVersion, Configuration next) {
        boolean isReplaced = files.compareAndSet(expectedVersion, next);
        if (isReplaced) {
            adopt(next);
        }
        return isReplaced;
    }

    @Override
    public MemberCard card(int member) {
        return cards.get(member);
    }

    @Override
    public void publish(MemberCard card) {
        files.publish(card);
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

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return files.toString();
    }
}
