package io.needletail.bench.latency;

import io.needletail.bench.data.EmbeddedRegion;
import io.needletail.bench.data.Questions;
import io.needletail.bench.process.Coordinator;
import io.needletail.engine.ShardEngine;
import io.needletail.memory.MappedFile;
import io.needletail.memory.StallRing;
import io.needletail.memory.ThreadPinning;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * The owner of the region that the reader tier reads, in a process of its own: writes random entries at a rate, with the
 * product's engine and no transport around it, or rests.
 */
public final class RegionWriterRole {
    static final String HANDLES_FILE = "handles";
    /** Followed by the rate that was reached. */
    static final String DONE = "done ";

    private static final long STALL_NS = 10_000;
    private static final long RING_BYTES = 32L << 20;
    private static final long LEASE_NS = 10_000_000_000L;
    private static final int WRITES_PER_WORD = 1024;

    private final Map<String, String> settings;
    private StallRing stalls;
    private long lastNs;

    public RegionWriterRole(Map<String, String> settings) {
        this.settings = settings;
    }

    public void run() throws IOException {
        int entries = Integer.parseInt(settings.get("entries"));
        double rate = Double.parseDouble(settings.get("rate"));
        int core = Integer.parseInt(settings.get("core"));
        Path file = Path.of(settings.get("region"));
        try (EmbeddedRegion region = EmbeddedRegion.fillIn(file, new Questions(entries), RING_BYTES)) {
            write(Path.of(settings.get("run")).resolve(HANDLES_FILE), region.handles());
            region.engine().live().leaseUntilNs(System.nanoTime() + LEASE_NS);
            Coordinator.say("ready");
            if (core >= 0 && rate > 0) {
                ThreadPinning.pin(core);
            }
            stalls = new StallRing(MappedFile.create(file.resolveSibling("stalls"), StallRing.LENGTH)
                    .segment());
            stalls.begin();
            Coordinator.say(DONE + writeUntilStopped(region.engine(), region.handles(), rate));
        }
    }

    private static void write(Path file, long[] handles) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(handles.length * Long.BYTES);
        bytes.asLongBuffer().put(handles);
        Files.write(file, bytes.array());
    }

    /** Handles of the region, by entry, as the writer left them. */
    static long[] readHandles(Path run) throws IOException {
        byte[] bytes = Files.readAllBytes(run.resolve(HANDLES_FILE));
        long[] handles = new long[bytes.length / Long.BYTES];
        ByteBuffer.wrap(bytes).asLongBuffer().get(handles);
        return handles;
    }

    /** Answers the writes a second that it did. */
    private double writeUntilStopped(ShardEngine engine, long[] handles, double rate) {
        SplittableRandom random = new SplittableRandom(7);
        Value value = new Value(16);
        Entry entry = new Entry(16);
        long beganNs = System.nanoTime();
        long written = 0;
        while (!Coordinator.isTold()) {
            if (rate == 0) {
                LockSupport.parkNanos(1_000_000);
            }
            for (int i = 0; i < WRITES_PER_WORD && rate > 0; i++) {
                long dueNs = beganNs + (long) (written * 1e9 / rate);
                awaitTime(dueNs);
                value.setInline(written, written, 16);
                int status = engine.put(handles[random.nextInt(handles.length)], value, entry);
                if (status != Status.OK) {
                    throw new IllegalStateException(Status.name(status));
                }
                written++;
            }
            engine.live().leaseUntilNs(System.nanoTime() + LEASE_NS);
        }
        return written * 1e9 / (System.nanoTime() - beganNs);
    }

    /** Spins until then, and notes when it was kept from spinning. */
    private void awaitTime(long dueNs) {
        long nowNs = System.nanoTime();
        while (true) {
            if (lastNs != 0 && nowNs - lastNs > STALL_NS) {
                stalls.add(lastNs, nowNs - lastNs);
            }
            lastNs = nowNs;
            if (nowNs >= dueNs) {
                return;
            }
            Thread.onSpinWait();
            nowNs = System.nanoTime();
        }
    }
}
