package io.needletail.bench.durability;

import io.needletail.bench.stats.LatencyRecorder;
import io.needletail.client.SystemClock;
import io.needletail.engine.MutationLog;
import io.needletail.engine.ShardEngine;
import io.needletail.engine.WriteBack;
import io.needletail.journal.JournalFolder;
import io.needletail.journal.JournalKeeper;
import io.needletail.journal.JournalWriter;
import io.needletail.journal.SegmentJournal;
import io.needletail.journal.snapshot.Retention;
import io.needletail.journal.snapshot.SnapshotFolder;
import io.needletail.journal.snapshot.SnapshotWriter;
import io.needletail.memory.CycleCounter;
import io.needletail.pmem.PersistentPlace;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.RingLayout;
import io.needletail.registry.view.SlabLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.RegionStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A shard on its thread, with or without a journal behind it, and what a put takes there. */
public final class PlacedShard {
    /** As many as are asked in turn: a hot set, as the tiers' puts have. */
    private static final int ENTRIES = 4_096;

    private static final long RING = 32L << 20;
    private static final long FILE_BYTES = 64L << 20;
    private static final long FORCE_INTERVAL_NS = 10_000_000;
    /** One after another, while they are wanted. */
    private static final long SNAPSHOT_INTERVAL_NS = 0;

    private static final long LEASE_NS = 60_000_000_000L;
    private static final int PUTS_A_LOOK = 1_024;
    private static final long MOST_DRAIN_NS = 10_000_000_000L;

    private final ShardEngine engine;
    private final MemorySegment region;
    private final long[] handles = new long[ENTRIES];
    private final Value value = new Value(16);
    private final Entry entry = new Entry(16);
    private final SegmentJournal files;
    private final JournalWriter writer;
    private final JournalKeeper keeper;
    private final SnapshotWriter snapshots;
    private final long counterCost = LatencyRecorder.counterCost();
    private int next;
    private long refused;

    /**
     * @param journal its folder, or null for a shard without one
     * @param place where the region is in persistent memory, or null
     */
    public PlacedShard(Path file, Path journal, PersistentPlace place, int keyedSlots) throws IOException {
        RegionSizing sizing = new RegionSizing(keyedSlots, 64, 16, 16, new long[SlabLayout.CLASSES], RING);
        RegionStore store = RegionStore.open(file, sizing, place);
        engine = store.engine();
        region = store.segment();
        if (journal == null) {
            files = null;
            writer = null;
            keeper = null;
            snapshots = null;
        } else {
            files = SegmentJournal.create(new JournalFolder(journal.resolve("journal")), store.segment(), FILE_BYTES);
            writer = new JournalWriter(files, store.segment());
            int consumer = engine.log().addConsumer("journal", MutationLog.GATING);
            writer.follow(engine.log().consumerAddress(consumer));
            keeper = new JournalKeeper(files, engine.log(), engine.live(), SystemClock.INSTANCE, FORCE_INTERVAL_NS);
            snapshots = new SnapshotWriter(
                    files,
                    new SnapshotFolder(journal.resolve("snapshots"), 3 * FILE_BYTES),
                    store.segment(),
                    engine.live()::leaseUntilNs,
                    SystemClock.INSTANCE,
                    SNAPSHOT_INTERVAL_NS,
                    Retention.NONE,
                    line -> {});
        }
        engine.serve();
        fill(keyedSlots);
    }

    private void fill(int keyedSlots) throws IOException {
        for (int i = 0; i < keyedSlots; i++) {
            int status = engine.insert(new Key("key " + i), value, entry);
            while (status == Status.BACK_PRESSURED) {
                workBeside();
                status = engine.insert(new Key("key " + i), value, entry);
            }
            if (status != Status.OK) {
                throw new IOException(Status.name(status));
            }
            if (i < ENTRIES) {
                handles[i] = entry.handle();
            }
        }
    }

    /** What the threads beside it do, while there are none. */
    private void workBeside() throws IOException {
        if (engine.writeBack() != null) {
            engine.writeBack().finish();
        } else if (writer != null) {
            writer.doWork();
            keeper.doWork();
        } else {
            throw new IOException("nobody follows the ring, and it has no room");
        }
    }

    public ShardEngine engine() {
        return engine;
    }

    public MemorySegment region() {
        return region;
    }

    /** Of the entries that are put. */
    public long[] handles() {
        return handles.clone();
    }

    /** Of a shard in persistent memory. */
    WriteBack writeBack() {
        return engine.writeBack();
    }

    JournalWriter writer() {
        return writer;
    }

    JournalKeeper keeper() {
        return keeper;
    }

    SnapshotWriter snapshots() {
        return snapshots;
    }

    /** Puts that the ring had no room for, since the last call. */
    public long takeRefused() {
        long taken = refused;
        refused = 0;
        return taken;
    }

    /** Puts at a rate, each when it is due or as soon as the one before is done; what each took on this thread. */
    public LatencyRecorder puts(String subject, double rate, long ns, double cyclesPerNs) {
        LatencyRecorder recorder = new LatencyRecorder(subject);
        double cyclesAPut = rate == 0 ? 0 : cyclesPerNs * 1e9 / rate;
        long began = CycleCounter.read();
        long end = began + (long) (ns * cyclesPerNs);
        long done = 0;
        while (CycleCounter.read() < end) {
            renew();
            for (int i = 0; i < PUTS_A_LOOK; i++) {
                awaitCycle(began + (long) (done * cyclesAPut));
                long begin = CycleCounter.read();
                int status = put();
                long took = CycleCounter.read() - begin - counterCost;
                note(recorder, status, took);
                done++;
            }
        }
        return recorder;
    }

    /** One after another: each until it has reached a level, which this thread does something for meanwhile. */
    public LatencyRecorder acknowledged(String subject, int level, Runnable meanwhile, long ns, double cyclesPerNs) {
        LatencyRecorder recorder = new LatencyRecorder(subject);
        long end = CycleCounter.read() + (long) (ns * cyclesPerNs);
        while (CycleCounter.read() < end) {
            renew();
            for (int i = 0; i < PUTS_A_LOOK; i++) {
                long begin = CycleCounter.read();
                int status = put();
                while (status == Status.OK && engine.live().reached(level) < entry.version()) {
                    meanwhile.run();
                }
                long took = CycleCounter.read() - begin - counterCost;
                note(recorder, status, took);
            }
        }
        return recorder;
    }

    /** Changes a second that come to a level, when puts are made as fast as the ring takes them. */
    double rate(int level, long ns) {
        long deadlineNs = System.nanoTime() + MOST_DRAIN_NS;
        while (come(level) < engine.sequence() && System.nanoTime() - deadlineNs < 0) {
            Thread.onSpinWait(); // what was there before does not count
        }
        long before = come(level);
        long began = System.nanoTime();
        long end = began + ns;
        while (System.nanoTime() < end) {
            renew();
            for (int i = 0; i < PUTS_A_LOOK; i++) {
                put(); // one that is refused does not come to any level
            }
        }
        double rate = (come(level) - before) * 1e9 / (System.nanoTime() - began);
        if (files != null) {
            files.covered(RingLayout.baseOf(files.forcedPosition())); // nobody will start from these
        }
        return rate;
    }

    private long come(int level) {
        return level == Level.MEMORY ? engine.sequence() : engine.live().reached(level);
    }

    /** One that was refused is short, and is no put. */
    private void note(LatencyRecorder recorder, int status, long took) {
        if (status == Status.OK) {
            recorder.record(took);
        } else {
            refused++;
        }
    }

    private int put() {
        next = (next + 1) & (ENTRIES - 1);
        value.setInline(next, ~next, 16);
        return engine.put(handles[next], value, entry);
    }

    /** As the shard's cycle does; a snapshot waits for it to move. */
    private void renew() {
        engine.live().leaseUntilNs(System.nanoTime() + LEASE_NS);
    }

    private static void awaitCycle(long due) {
        while (CycleCounter.read() < due) {
            Thread.onSpinWait();
        }
    }
}
