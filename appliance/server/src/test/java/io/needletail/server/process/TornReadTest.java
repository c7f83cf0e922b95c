package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.engine.ShardEngine;
import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.RegionStore;
import io.needletail.testing.Proof;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A reader process against a writer at full speed, on the same sixteen lines. */
class TornReadTest {
    private static final int HOT = 16;
    private static final long MIN_WRITES = 10_000_000;
    private static final long MIN_RETRIES = 10_000;

    @Test
    void shouldNeverReadBytesThatWereNotWrittenTogether() throws IOException, InterruptedException {
        long required = Proof.required(100_000_000L, 1_000_000_000L);
        Path folder = Files.createTempDirectory(Path.of("/dev/shm"), "needletail-torn");
        RegionSizing sizing = new RegionSizing(1024, 0, 64, 64, RegionSizing.evenSlab(1 << 20, 64), 4L << 20);
        try (RegionStore region = RegionStore.open(folder.resolve("shard-0"), sizing)) {
            ShardEngine engine = region.engine();
            engine.serve();
            Object[] arguments = new Object[HOT + 2];
            arguments[0] = folder.resolve("shard-0");
            arguments[1] = required;
            long[] handles = insert(engine);
            for (int i = 0; i < HOT; i++) {
                arguments[i + 2] = handles[i];
            }
            engine.live().leaseUntilNs(Long.MAX_VALUE);
            Process reader = TestJvm.start(TornReaderMain.class, arguments);
            try (BufferedReader output = reader.inputReader()) {
                assertThat(output.readLine()).isEqualTo("reading");
                long writes = writeUntilReaderEnds(engine, handles, reader);
                report(required, writes, output.readLine());
            } finally {
                reader.destroyForcibly();
            }
        } finally {
            PrivateFiles.deleteTree(folder);
        }
    }

    /** The entries that are written and read all the time. */
    static long[] insert(ShardEngine engine) {
        Key key = new Key();
        Value value = new Value(16);
        Entry entry = new Entry(16);
        long[] handles = new long[HOT];
        for (int i = 0; i < HOT; i++) {
            key.setUtf8("hot-" + i);
            value.setInline(i, TornReaderMain.partner(i), 16);
            assertThat(engine.put(key, value, entry)).isEqualTo(Status.OK);
            handles[i] = entry.handle();
        }
        return handles;
    }

    private static long writeUntilReaderEnds(ShardEngine engine, long[] handles, Process reader) {
        Value value = new Value(16);
        Entry entry = new Entry(16);
        long writes = 0;
        while (writes < MIN_WRITES || reader.isAlive()) {
            for (int i = 0; i < 1_000; i++) {
                writes++;
                value.setInline(writes, TornReaderMain.partner(writes), 16);
                int status = engine.put(handles[(int) (writes * 7 % HOT)], value, entry);
                assert status == Status.OK : Status.name(status);
            }
        }
        return writes;
    }

    private static void report(long required, long writes, String line) {
        System.out.println("reads torn backwards retries: " + line + "; writes " + writes);
        assertThat(line).isNotNull();
        String[] counts = line.split(" ");
        assertThat(counts[1]).as("torn").isEqualTo("0");
        assertThat(counts[2]).as("backwards").isEqualTo("0");
        assertThat(Long.parseLong(counts[3])).as("retries").isGreaterThan(MIN_RETRIES);
        Proof.note("torn-reads", required, Long.parseLong(counts[0]), 0);
        Proof.note("torn-reads-writes", MIN_WRITES, writes, 0);
        Proof.note("torn-reads-retries", MIN_RETRIES, Long.parseLong(counts[3]), 0);
    }
}
