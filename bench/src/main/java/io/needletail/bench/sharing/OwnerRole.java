package io.needletail.bench.sharing;

import io.needletail.bench.process.Coordinator;
import io.needletail.engine.ShardEngine;
import io.needletail.memory.CycleCounter;
import io.needletail.memory.ThreadPinning;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.SlabLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.RegionStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** The process that owns the region: {@code write PLACE RATE} until the next word, then it says how many and what each took. */
public final class OwnerRole {
    /** Followed by the handles of all places. */
    static final String READY = "ready ";

    static final String WRITING = "writing";
    /** Followed by nanoseconds a put, waiting for its time included, and puts a second. */
    static final String WROTE = "wrote ";

    private static final long RING = 32L << 20;
    private static final long LEASE_NS = 60_000_000_000L;
    private static final int PUTS_A_LOOK = 1_024;

    private final ShardEngine engine;
    private final long[] handles;
    private final double cyclesPerNs = CycleCounter.measureCyclesPerNs();
    private final Value value = new Value(16);
    private final Entry entry = new Entry(16);

    private OwnerRole(ShardEngine engine) {
        this.engine = engine;
        handles = fill();
    }

    public static void run(Map<String, String> settings) throws IOException {
        int core = Integer.parseInt(settings.get("core"));
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        RegionSizing sizing = new RegionSizing(64, 64, 16, 16, new long[SlabLayout.CLASSES], RING);
        try (RegionStore store = RegionStore.open(Path.of(settings.get("region")), sizing)) {
            store.engine().serve();
            OwnerRole role = new OwnerRole(store.engine());
            role.renew();
            Coordinator.say(
                    READY + Arrays.stream(role.handles).mapToObj(Long::toString).collect(Collectors.joining(",")));
            for (String word = Coordinator.next(role::renew);
                    !word.equals("stop");
                    word = Coordinator.next(role::renew)) {
                String[] parts = word.split(" ");
                role.write(Integer.parseInt(parts[1]), Double.parseDouble(parts[2]));
            }
            Coordinator.say("done");
        }
    }

    private long[] fill() {
        long[] all = new long[Scene.PLACES];
        for (int place = 0; place < Scene.ANONYMOUS; place++) {
            check(engine.insert(new Key("place " + place), value, entry));
            all[place] = entry.handle();
        }
        for (int place = Scene.ANONYMOUS; place < Scene.PLACES; place++) {
            check(engine.allocate(entry));
            all[place] = entry.handle();
        }
        for (long handle : all) {
            value.setInline(handle, handle, 16);
            check(engine.put(handle, value, entry));
        }
        return all;
    }

    private void renew() {
        engine.live().leaseUntilNs(System.nanoTime() + LEASE_NS);
    }

    private void write(int place, double rate) {
        double cyclesAPut = rate == 0 ? 0 : cyclesPerNs * 1e9 / rate;
        Coordinator.say(WRITING);
        long beganNs = System.nanoTime();
        long began = CycleCounter.read();
        long written = 0;
        while (!Coordinator.isTold()) {
            renew();
            for (int i = 0; i < PUTS_A_LOOK; i++) {
                awaitCycle(began + (long) (written * cyclesAPut));
                value.setInline(written, ~written, 16);
                check(engine.put(handles[place], value, entry));
                written++;
            }
        }
        double ns = System.nanoTime() - beganNs;
        Coordinator.next(() -> {});
        Coordinator.say(WROTE + ns / written + " " + written * 1e9 / ns);
    }

    private static void awaitCycle(long due) {
        while (CycleCounter.read() < due) {
            Thread.onSpinWait();
        }
    }

    private static void check(int status) {
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
    }
}
