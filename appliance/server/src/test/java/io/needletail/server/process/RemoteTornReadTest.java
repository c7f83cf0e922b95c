package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.needletail.engine.ShardEngine;
import io.needletail.memory.PrivateFiles;
import io.needletail.rdma.CompletionHandler;
import io.needletail.rdma.Endpoint;
import io.needletail.rdma.LibFabric;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.rdma.RemoteRegion;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.RegionStore;
import io.needletail.testing.Proof;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A process that reads one-sided over shared memory against a writer on the same sixteen lines, whose thread does a card's work too. */
class RemoteTornReadTest {
    private static final int HOT = 16;
    private static final int WRITES_A_TURN = 4;
    private static final int TURNS_A_PROLONGATION = 1_000;
    private static final long MIN_WRITES = 1_000_000;
    private static final long LEASE_NS = 5_000_000_000L;

    @Test
    void shouldNeverReadBytesThatWereNotWrittenTogether() throws IOException, InterruptedException {
        assumeTrue(LibFabric.isAvailable(), LibFabric::reason);
        long required = Proof.required(10_000_000L, 100_000_000L);
        Path folder = Files.createTempDirectory(Path.of("/dev/shm"), "needletail-remote");
        RegionSizing sizing = new RegionSizing(1024, 0, 64, 64, RegionSizing.evenSlab(1 << 20, 64), 4L << 20);
        try (RegionStore store = RegionStore.open(folder.resolve("shard-0"), sizing);
                LibFabric fabric = LibFabric.open("shm", "");
                Endpoint endpoint = fabric.endpoint(1);
                RegisteredRegion region = fabric.readable(store.segment())) {
            ShardEngine engine = store.engine();
            engine.serve();
            engine.live().leaseUntilNs(System.nanoTime() + LEASE_NS, System.nanoTime());
            long[] handles = TornReadTest.insert(engine);
            Process reader = TestJvm.start(
                    RemoteTornReaderMain.class, arguments(endpoint, region.place(), engine.epoch(), required, handles));
            try (BufferedReader output = reader.inputReader()) {
                assertThat(output.readLine()).isEqualTo("reading");
                long writes = writeUntilReaderEnds(engine, handles, endpoint, reader);
                report(required, writes, output.readLine());
            } finally {
                reader.destroyForcibly();
            }
        } finally {
            PrivateFiles.deleteTree(folder);
        }
    }

    private static Object[] arguments(
            Endpoint endpoint, RemoteRegion place, long epoch, long required, long[] handles) {
        List<Object> arguments = new ArrayList<>(List.of(
                "shm",
                HexFormat.of().formatHex(endpoint.address()),
                place.address(),
                place.key(),
                place.length(),
                epoch,
                required));
        for (long handle : handles) {
            arguments.add(handle);
        }
        return arguments.toArray();
    }

    private static long writeUntilReaderEnds(ShardEngine engine, long[] handles, Endpoint endpoint, Process reader) {
        CompletionHandler nothing = (context, error) -> {};
        Value value = new Value(16);
        Entry entry = new Entry(16);
        long writes = 0;
        while (writes < MIN_WRITES || reader.isAlive()) {
            for (int turn = 0; turn < TURNS_A_PROLONGATION; turn++) {
                for (int i = 0; i < WRITES_A_TURN; i++) {
                    writes++;
                    value.setInline(writes, TornReaderMain.partner(writes), 16);
                    int status = engine.put(handles[(int) (writes * 7 % HOT)], value, entry);
                    assert status == Status.OK : Status.name(status);
                }
                assertThat(endpoint.poll(nothing, 1)).isNotNegative();
            }
            engine.live().leaseUntilNs(System.nanoTime() + LEASE_NS, System.nanoTime());
        }
        return writes;
    }

    private static void report(long required, long writes, String line) {
        System.out.println("remote reads torn backwards refused retries: " + line + "; writes " + writes);
        assertThat(line).isNotNull();
        String[] counts = line.split(" ");
        assertThat(counts[1]).as("torn").isEqualTo("0");
        assertThat(counts[2]).as("backwards").isEqualTo("0");
        assertThat(counts[3]).as("refused").isEqualTo("0");
        Proof.note("remote-reads", required, Long.parseLong(counts[0]), 0);
        Proof.note("remote-reads-writes", MIN_WRITES, writes, 0);
    }
}
