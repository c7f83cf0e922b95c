package io.needletail.bench.durability;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.Coordinator;
import io.needletail.bench.stats.LatencyRecorder;
import io.needletail.engine.WriteBack;
import io.needletail.memory.CycleCounter;
import io.needletail.memory.LineWriteBack;
import io.needletail.memory.MappedFile;
import io.needletail.memory.ThreadPinning;
import io.needletail.pmem.PersistentMemory;
import io.needletail.pmem.PersistentPlace;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The process with two shards, one without and one with a journal: {@code SUBJECT RATE NS}, and it answers with percentiles. The
 * shard's thread has one core; what follows it has the other.
 */
public final class ShardCostRole {
    static final String READY = "ready";
    /** Followed by JSON. */
    static final String RESULT = "result ";

    static final String MEMORY = "put.memory";
    static final String JOURNALED = "put.journaled";
    static final String SNAPSHOTTING = "put.snapshotting";
    static final String ACKNOWLEDGED = "ack.journaled";
    static final String APPEND = "append";
    static final String PERSISTENT = "put.persistent";
    static final String FLUSH = "flush";
    static final String FENCE = "fence";
    /** Followed by a level. */
    static final String RATE = "rate.";

    private static final long KEEPER_PAUSE_NS = 100_000;
    private static final int LINE = 64;
    private static final int SEGMENT = 64 << 20;

    private final double cyclesPerNs = CycleCounter.measureCyclesPerNs();
    private final PlacedShard memory;
    private final PlacedShard journaled;
    private final BesideShard writer;
    private final BesideShard keeper;
    private final BesideShard snapshots;
    /** Where there is an instruction that writes lines back; else null. */
    private final PlacedShard persistent;

    private final BesideShard writeBack;
    private final PersistentMemory medium;
    private final MappedFile segment;

    private ShardCostRole(Path regions, Path run, int other, int slots) throws IOException {
        memory = new PlacedShard(regions.resolve("memory"), null, null, slots);
        journaled = new PlacedShard(regions.resolve("journaled"), run, null, slots);
        PersistentPlace place = LineWriteBack.best().isPresent() ? PersistentPlace.emulated() : null;
        medium = place == null ? null : place.memory();
        persistent = place == null ? null : new PlacedShard(regions.resolve("persistent"), null, place, slots);
        writeBack = place == null
                ? null
                : new BesideShard(WriteBack.NAME, persistent.writeBack()::doWork, other, KEEPER_PAUSE_NS);
        writer = new BesideShard(journaled.writer(), other, 0);
        keeper = new BesideShard(journaled.keeper(), other, KEEPER_PAUSE_NS);
        snapshots = new BesideShard(journaled.snapshots(), other, KEEPER_PAUSE_NS);
        segment = MappedFile.create(run.resolve("append"), SEGMENT);
        segment.segment().fill((byte) 0); // every page is there, as those of a journal's file are
    }

    public static void run(Map<String, String> settings) throws IOException {
        int core = Integer.parseInt(settings.get("core"));
        int other = Integer.parseInt(settings.get("other"));
        ShardCostRole role = new ShardCostRole(
                Path.of(settings.get("regions")),
                Path.of(settings.get("run")),
                other,
                Integer.parseInt(settings.get("slots")));
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        Coordinator.say(READY);
        for (String word = Coordinator.next(() -> {}); !word.equals("stop"); word = Coordinator.next(() -> {})) {
            String[] parts = word.split(" ");
            role.play(parts[0], Double.parseDouble(parts[1]), Long.parseLong(parts[2]));
        }
        Coordinator.say("done");
    }

    private void play(String subject, double rate, long ns) throws IOException {
        follow(subject);
        if (subject.startsWith(RATE)) {
            Coordinator.say(RESULT + new ObjectMapper().writeValueAsString(Map.of("rate", rate(subject, ns))));
        } else {
            playPuts(subject, rate, ns);
        }
    }

    /** Who works beside the shard while this is measured. */
    private void follow(String subject) {
        boolean isJournaled = subject.equals(JOURNALED)
                || subject.equals(SNAPSHOTTING)
                || subject.equals(ACKNOWLEDGED)
                || subject.equals(RATE + Level.name(Level.JOURNALED))
                || subject.equals(RATE + Level.name(Level.SYNCED));
        writer.wanted(isJournaled);
        keeper.wanted(isJournaled);
        snapshots.wanted(subject.equals(SNAPSHOTTING));
        if (writeBack != null) {
            writeBack.wanted(subject.equals(PERSISTENT) || subject.equals(RATE + Level.name(Level.PERSISTENT)));
        }
    }

    /** 0 where there is no such level. */
    private double rate(String subject, long ns) {
        int level = Level.byName(subject.substring(RATE.length()));
        PlacedShard shard = level == Level.MEMORY ? memory : level == Level.PERSISTENT ? persistent : journaled;
        return shard == null ? 0 : shard.rate(level, ns);
    }

    private void playPuts(String subject, double rate, long ns) throws IOException {
        long taken = journaled.snapshots().taken();
        LatencyRecorder recorder = switch (subject) {
            case MEMORY -> memory.puts(subject, rate, ns, cyclesPerNs);
            case ACKNOWLEDGED -> journaled.acknowledged(subject, Level.JOURNALED, Thread::onSpinWait, ns, cyclesPerNs);
            case APPEND -> append(ns);
            case PERSISTENT -> persistent.puts(subject, rate, ns, cyclesPerNs);
            case FLUSH -> writeLinesBack(subject, ns, true);
            case FENCE -> writeLinesBack(subject, ns, false);
            default -> journaled.puts(subject, rate, ns, cyclesPerNs);
        };
        Map<String, Object> result = recorder.summaryNs(cyclesPerNs);
        result.put(
                "refused",
                memory.takeRefused() + journaled.takeRefused() + (persistent == null ? 0 : persistent.takeRefused()));
        result.put("snapshots", journaled.snapshots().taken() - taken);
        Coordinator.say(RESULT + new ObjectMapper().writeValueAsString(result));
    }

    /** A line is stored, its writing back is begun, and waited for: what one of the two calls takes. */
    private LatencyRecorder writeLinesBack(String subject, long ns, boolean isFlush) {
        LatencyRecorder recorder = new LatencyRecorder(subject);
        long cost = LatencyRecorder.counterCost();
        long from = segment.segment().address();
        long at = LINE;
        long end = CycleCounter.read() + (long) (ns * cyclesPerNs);
        while (CycleCounter.read() < end) {
            for (int i = 0; i < 1_024; i++) {
                Stores.copy(from, from + at, LINE);
                long begin = CycleCounter.read();
                medium.flush(from + at, LINE);
                long flushed = CycleCounter.read();
                medium.fence();
                long fenced = CycleCounter.read();
                recorder.record((isFlush ? flushed - begin : fenced - flushed) - cost);
                at = at + LINE == SEGMENT ? LINE : at + LINE;
            }
        }
        return recorder;
    }

    /** The floor of an acknowledgement: a line copied behind the last one, where the pages are there already. */
    private LatencyRecorder append(long ns) {
        LatencyRecorder recorder = new LatencyRecorder(APPEND);
        long cost = LatencyRecorder.counterCost();
        long from = segment.segment().address();
        long at = LINE;
        long end = CycleCounter.read() + (long) (ns * cyclesPerNs);
        while (CycleCounter.read() < end) {
            for (int i = 0; i < 1_024; i++) {
                long begin = CycleCounter.read();
                Stores.copy(from, from + at, LINE);
                recorder.record(CycleCounter.read() - begin - cost);
                at = at + LINE == SEGMENT ? LINE : at + LINE;
            }
        }
        return recorder;
    }
}
