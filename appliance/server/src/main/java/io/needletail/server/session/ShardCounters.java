package io.needletail.server.session;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Status;
import io.needletail.server.Counter;
import io.needletail.server.CountersFile;

/** The shard's counts, plain longs on its own thread, copied to the mapped file a thousand times a second. */
final class ShardCounters {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();

    private static final Counter[] COUNTERS = Counter.values();
    private static final Counter[] OUTCOMES = outcomes();
    /** Counters another thread writes, or that are taken from the engine when they are published. */
    private static final java.util.EnumSet<Counter> NOT_COUNTED_HERE = java.util.EnumSet.of(
            Counter.SESSIONS,
            Counter.SESSIONS_ACCEPTED,
            Counter.SESSIONS_REFUSED,
            Counter.SESSIONS_CLOSED,
            Counter.LOG_LINES_LOST,
            Counter.ERRORS);

    private final CountersFile file;
    private final ShardEngine engine;
    private final long[] counts = new long[COUNTERS.length];
    private final long[] published = new long[COUNTERS.length];

    ShardCounters(CountersFile file, ShardEngine engine) {
        this.file = file;
        this.engine = engine;
    }

    private static Counter[] outcomes() {
        Counter[] outcomes = new Counter[Status.count()];
        java.util.Arrays.fill(outcomes, Counter.OTHER_REFUSALS);
        outcomes[Status.OK] = null;
        outcomes[Status.NOT_FOUND] = Counter.MISSES;
        outcomes[Status.ABSENT] = Counter.MISSES;
        outcomes[Status.STALE_HANDLE] = Counter.STALE_HANDLES;
        outcomes[Status.EPOCH_CHANGED] = Counter.EPOCH_CHANGED;
        outcomes[Status.KEY_TOO_LONG] = Counter.TOO_LONG;
        outcomes[Status.VALUE_TOO_LONG] = Counter.TOO_LONG;
        outcomes[Status.VERSION_CONFLICT] = Counter.VERSION_CONFLICTS;
        outcomes[Status.ANONYMOUS_LIMIT] = Counter.ANONYMOUS_LIMIT;
        outcomes[Status.SLOTS_FULL] = Counter.SLOTS_FULL;
        outcomes[Status.DIRECTORY_FULL] = Counter.DIRECTORY_FULL;
        outcomes[Status.SLAB_FULL] = Counter.SLAB_FULL;
        outcomes[Status.BACK_PRESSURED] = Counter.BACK_PRESSURED;
        outcomes[Status.LEVEL_UNAVAILABLE] = Counter.LEVEL_UNAVAILABLE;
        outcomes[Status.SCANNER_BUSY] = null; // counted where it is decided
        return outcomes;
    }

    void add(Counter counter) {
        counts[counter.ordinal()]++;
    }

    void add(Counter counter, int times) {
        counts[counter.ordinal()] += times;
    }

    void addOutcome(int status) {
        if (status != Status.OK && OUTCOMES[status] != null) {
            counts[OUTCOMES[status].ordinal()]++;
        }
    }

    void max(Counter counter, long value) {
        counts[counter.ordinal()] = Math.max(counts[counter.ordinal()], value);
    }

    /** Of the shard's mirrors; before {@link #publish}. */
    void note(MirrorState mirrors) {
        counts[Counter.MIRRORS.ordinal()] = mirrors.count();
        long kept = Math.max(mirrors.keptSequence(), engine.live().epochFirstVersion() - 1);
        counts[Counter.MIRROR_LAG.ordinal()] = Math.max(0, engine.sequence() - kept);
        counts[Counter.MIRROR_LAG_NS.ordinal()] = mirrors.lagNs();
        counts[Counter.MIRRORS_DROPPED.ordinal()] = mirrors.dropped();
    }

    void publish() {
        counts[Counter.ENTRIES.ordinal()] = engine.registry().keyedEntries();
        counts[Counter.FREE_SLOTS.ordinal()] = engine.registry().freeKeyedSlots();
        counts[Counter.FREE_BLOCKS.ordinal()] = engine.registry().freeBlocks();
        counts[Counter.EXPIRATIONS.ordinal()] = engine.expirations();
        counts[Counter.MAX_EXPIRY_LAG_NS.ordinal()] = engine.maxExpiryLagNs();
        counts[Counter.SEQUENCE.ordinal()] = engine.sequence();
        counts[Counter.RING_POSITION.ordinal()] = engine.log().position();
        counts[Counter.EPOCH.ordinal()] = engine.epoch();
        counts[Counter.SHARD_ALLOCATED.ordinal()] = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != published[i] && !NOT_COUNTED_HERE.contains(COUNTERS[i])) {
                published[i] = counts[i];
                file.set(COUNTERS[i], counts[i]);
            }
        }
    }
}
