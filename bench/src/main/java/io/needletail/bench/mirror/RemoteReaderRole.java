package io.needletail.bench.mirror;

import io.needletail.bench.process.Coordinator;
import io.needletail.bench.stats.LatencyRecorder;
import io.needletail.client.RemotePlace;
import io.needletail.client.SystemClock;
import io.needletail.client.remote.RemoteReader;
import io.needletail.memory.ThreadPinning;
import io.needletail.rdma.LibFabric;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.SlotLayout;
import io.needletail.registry.view.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The process that reads: bare lines, entries one by one, 16 together; all of them the same slots in the same order. */
public final class RemoteReaderRole {
    static final String READ = "read";
    static final String HALVES = "read.halves";
    static final String GET = "remote.get";
    static final String BATCH = "remote.get.batch16";
    private static final int TOGETHER = 16;

    private final TimedTurns turns = new TimedTurns();
    private final long[] handles;
    private final BareLines lines;
    private final RemoteReader reader;
    private final long keyedOffset;
    private final Entry entry = new Entry(16);
    private final Batch batch = new Batch(TOGETHER);
    private int next;

    private RemoteReaderRole(Map<String, String> settings) throws IOException {
        handles = Files.readAllLines(Path.of(settings.get("handles"))).stream()
                .mapToLong(Long::parseLong)
                .toArray();
        String[] place = settings.get("place").split(" ", 2);
        FabricPlace target = FabricPlace.parse(place[1]);
        LibFabric fabric = LibFabric.open(settings.get("provider"), "");
        lines = new BareLines(fabric);
        lines.connect(target);
        reader = RemoteReader.over(
                fabric,
                new RemotePlace(
                        settings.get("provider"),
                        target.endpoint(),
                        target.region(),
                        Long.parseLong(place[0]),
                        RemoteTargetRole.LEASE_NS),
                SystemClock.INSTANCE);
        keyedOffset = reader.header().layout().keyedOffset();
    }

    public static void run(Map<String, String> settings) throws IOException {
        RemoteReaderRole role = new RemoteReaderRole(settings);
        int core = Integer.parseInt(settings.get("core"));
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        Coordinator.say("ready");
        for (String word = Coordinator.next(() -> {}); !word.equals("stop"); word = Coordinator.next(() -> {})) {
            String[] parts = word.split(" ");
            role.play(parts[0], Long.parseLong(parts[1]));
        }
        Coordinator.say("done");
    }

    private void play(String subject, long ns) throws IOException {
        Runnable operation = switch (subject) {
            case READ -> this::readLine;
            case HALVES -> this::readHalves;
            case GET -> this::get;
            case BATCH -> this::getBatch;
            default -> throw new IllegalArgumentException("subject=" + subject);
        };
        long allocated = TimedTurns.allocatedBytes();
        LatencyRecorder recorder = turns.timed(subject, ns, operation);
        turns.say(recorder, TimedTurns.allocatedBytes() - allocated);
    }

    private long nextHandle() {
        next = (next + 1) & (handles.length - 1);
        return handles[next];
    }

    private long nextSlot() {
        return keyedOffset + Handle.slot(nextHandle()) * SlotLayout.KEYED_LENGTH;
    }

    private void readLine() {
        lines.read(nextSlot());
        checkRead();
    }

    private void readHalves() {
        if (lines.readsHalves()) {
            lines.readHalves(nextSlot());
        } else {
            lines.read(nextSlot());
        }
        checkRead();
    }

    private void checkRead() {
        if (lines.firstWord() == 0) {
            throw new IllegalStateException("a line was not read");
        }
    }

    private void get() {
        int status = reader.get(nextHandle(), entry);
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
    }

    private void getBatch() {
        batch.clear();
        for (int i = 0; i < TOGETHER; i++) {
            batch.add(nextHandle());
        }
        reader.get(batch);
        for (int i = 0; i < TOGETHER; i++) {
            if (batch.status(i) != Status.OK) {
                throw new IllegalStateException(Status.name(batch.status(i)));
            }
        }
    }
}
