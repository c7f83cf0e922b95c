package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.needletail.engine.ShardEngine;
import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.RegionStore;
import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The C++ reader of other processes, beside the Java one: the same answers, nothing torn, nothing stale, no byte out of bounds. */
class CppReaderTest {
    private static final long SEED = 12;
    private static final int HOT = 16;
    private static final int RESTARTS = 10;

    @TempDir
    private static Path programs;

    private Path folder;
    private RegionStore region;
    private ShardEngine engine;

    @BeforeAll
    static void requireACompiler() throws Exception {
        assumeTrue(CppProgram.hasCompiler(), "g++ is missing");
    }

    @BeforeEach
    void format() throws IOException {
        folder = Files.createTempDirectory(Path.of("/dev/shm"), "needletail-cpp");
        RegionSizing sizing = new RegionSizing(256, 32, 64, 600, RegionSizing.evenSlab(1 << 20, 600), 4L << 20);
        region = RegionStore.open(folder.resolve("shard-0"), sizing);
        engine = region.engine();
        engine.serve();
        engine.live().leaseUntilNs(Long.MAX_VALUE);
    }

    @AfterEach
    void remove() throws IOException {
        region.close();
        PrivateFiles.deleteTree(folder);
    }

    private String regionFile() {
        return folder.resolve("shard-0").toString();
    }

    @Test
    void shouldNeverReadBytesThatWereNotWrittenTogether() throws Exception {
        long required = Proof.required(50_000_000L, 1_000_000_000L);
        Path program = CppProgram.build(programs, "torn_reader", "-O2");
        proveNothingTorn("cpp-torn-reads", program, required);
    }

    @Test
    void shouldNeverReadOutOfBoundsUnderTheSanitizers() throws Exception {
        long required = Proof.required(5_000_000L, 100_000_000L);
        Path program = CppProgram.build(programs, "torn_reader", CppProgram.SANITIZERS);
        proveNothingTorn("cpp-torn-reads-sanitized", program, required);
    }

    private void proveNothingTorn(String name, Path program, long required) throws Exception {
        List<String> command = new ArrayList<>(List.of(program.toString(), regionFile(), Long.toString(required)));
        long[] handles = new long[HOT];
        Value value = new Value(40);
        Entry entry = new Entry(16);
        for (int i = 0; i < HOT; i++) {
            value.setInline(i, TornReaderMain.partner(i), 16);
            assertThat(engine.put(new Key("hot-" + i), value, entry)).isEqualTo(Status.OK);
            handles[i] = entry.handle();
            command.add(Long.toString(handles[i]));
        }
        Process reader = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader output = reader.inputReader()) {
            assertThat(output.readLine()).isEqualTo("reading");
            long writes = 0;
            while (reader.isAlive()) {
                for (int i = 0; i < 1_000; i++) {
                    writes++;
                    value.resize(writes % 5 == 0 ? 40 : 16); // every fifth takes a block of the slab
                    value.putLong(0, writes);
                    value.putLong(value.length() - 8, TornReaderMain.partner(writes));
                    assertThat(engine.put(handles[(int) (writes * 7 % HOT)], value, entry))
                            .isEqualTo(Status.OK);
                }
            }
            String line = output.readLine();
            System.out.println(name + ": reads torn backwards retries: " + line + "; writes " + writes);
            String[] counts = line.split(" ");
            assertThat(counts).as(line).hasSize(4);
            assertThat(counts[1]).as("torn").isEqualTo("0");
            assertThat(counts[2]).as("backwards").isEqualTo("0");
            assertThat(Long.parseLong(counts[3])).as("retries").isGreaterThan(100);
            Proof.note(name, required, Long.parseLong(counts[0]), 0);
        } finally {
            reader.destroyForcibly();
            reader.waitFor();
        }
    }

    /** Random changes; after each, handles old and new are asked of both readers. */
    @Test
    void shouldAnswerAsTheShardDoesOverReuseAndRestart() throws Exception {
        long required = Proof.required(20_000, 1_000_000);
        long seed = Seed.of(SEED);
        SplittableRandom random = new SplittableRandom(seed);
        Path program = CppProgram.build(programs, "ask_reader", CppProgram.SANITIZERS);
        List<Long> handles = new ArrayList<>();
        handles.add(0L);
        handles.add(-1L);
        try (CppProgram reader = CppProgram.start(program, regionFile())) {
            assertThat(reader.readLine()).isEqualTo("open");
            long asked = 0;
            long restartAt = required / RESTARTS;
            while (asked < required) {
                if (asked >= restartAt) {
                    restartUnder(reader, handles.getFirst());
                    restartAt += required / RESTARTS;
                }
                change(random, handles);
                for (int i = 0; i < 5; i++) {
                    long handle = handles.get(random.nextInt(handles.size()));
                    assertThat(reader.ask(Long.toUnsignedString(handle)))
                            .as("handle %x", handle)
                            .isEqualTo(expected(handle, Level.MEMORY));
                    asked++;
                }
            }
            Proof.note("cpp-answers-as-the-shard", required, asked, seed);
        }
    }

    /** Another life of the shard over the same memory, as after a crash; handles of the one before are asked for in it. */
    private void restartUnder(CppProgram reader, long handle) throws IOException {
        engine.retreat();
        assertThat(reader.ask(Long.toUnsignedString(handle))).startsWith(Integer.toString(Status.WRITER_UNAVAILABLE));
        engine = ShardEngine.attach(region.segment());
        engine.serve();
        engine.live().leaseUntilNs(Long.MAX_VALUE);
        assertThat(reader.ask(Long.toUnsignedString(handle))).startsWith(Integer.toString(Status.EPOCH_CHANGED));
        assertThat(reader.ask("adopt")).isEqualTo("adopted");
    }

    private void change(SplittableRandom random, List<Long> handles) {
        Key key = new Key("key-" + random.nextInt(300)); // more than there are slots
        Value value = new Value(600);
        Entry entry = new Entry(600);
        value.resize(random.nextInt(3) == 0 ? random.nextInt(600) : random.nextInt(17));
        random.nextBytes(value.array());
        value.set(value.toByteArray(), 0, value.length());
        int status = switch (random.nextInt(6)) {
            case 0 -> engine.delete(key, entry);
            case 1 -> engine.clear(key, entry);
            case 2 -> engine.allocate(entry);
            case 3 -> engine.delete(handles.get(random.nextInt(handles.size())), entry);
            default -> engine.put(key, value, entry);
        };
        if (status == Status.OK && handles.size() < 5_000) {
            handles.add(entry.handle());
        }
    }

    private String expected(long handle, int level) {
        Entry entry = new Entry(600);
        int status = engine.get(handle, level, entry);
        String value =
                status == Status.OK ? HexFormat.of().formatHex(entry.value().toByteArray()) : "";
        return status == Status.STALE_HANDLE ? Integer.toString(status) : status + " " + entry.version() + " " + value;
    }

    /** Two entries that are only ever changed together, read together while they are. */
    @Test
    void shouldNeverSeeHalfAGroup() throws Exception {
        long required = Proof.required(1_000_000, 50_000_000);
        Path program = CppProgram.build(programs, "ask_reader", CppProgram.SANITIZERS);
        Value value = new Value(16);
        Entry entry = new Entry(16);
        value.resize(16);
        Key left = new Key("left");
        Key right = new Key("right");
        assertThat(engine.put(left, value, entry)).isEqualTo(Status.OK);
        String handles = Long.toUnsignedString(entry.handle());
        assertThat(engine.put(right, value, entry)).isEqualTo(Status.OK);
        handles += " " + Long.toUnsignedString(entry.handle());
        Group group = new Group(16);
        try (CppProgram reader = CppProgram.start(program, regionFile())) {
            assertThat(reader.readLine()).isEqualTo("open");
            String question = "pairs " + handles + " " + required;
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> ask(reader, question));
            for (long i = 1; !answer.isDone(); i++) {
                value.putLong(0, i);
                value.putLong(8, -i);
                group.clear();
                group.put(left, Group.ANY_VERSION, value);
                group.put(right, Group.ANY_VERSION, value);
                assertThat(engine.apply(group)).isEqualTo(Status.OK);
            }
            String[] counts = answer.get().split(" ");
            assertThat(counts[0]).as("halves of groups").isEqualTo("0");
            assertThat(Long.parseLong(counts[1])).as("different ones").isGreaterThanOrEqualTo(100);
            Proof.note("cpp-whole-groups", required, required, 0);
        }
    }

    private static String ask(CppProgram reader, String question) {
        try {
            return reader.ask(question);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldAnswerLevelsEpochsAndStatesAsTheJavaReaderDoes() throws Exception {
        Path program = CppProgram.build(programs, "ask_reader", CppProgram.SANITIZERS);
        Value value = new Value(64);
        Entry entry = new Entry(64);
        value.setUtf8("v");
        engine.put(new Key("k"), value, entry);
        String handle = Long.toUnsignedString(entry.handle());
        long version = entry.version();
        try (CppProgram reader = CppProgram.start(program, regionFile())) {
            assertThat(reader.readLine()).isEqualTo("open");
            assertThat(reader.ask("alive")).isEqualTo("yes");
            assertThat(reader.ask(handle + " 2")).isEqualTo(Status.NOT_YET + " " + version + " ");
            engine.live().reached(Level.SYNCED, version);
            assertThat(reader.ask(handle + " 2")).isEqualTo(Status.OK + " " + version + " 76");
            assertThat(reader.ask(handle + " 99")).startsWith(Integer.toString(Status.INVALID_REQUEST));
            engine.retreat();
            assertThat(reader.ask(handle)).startsWith(Integer.toString(Status.WRITER_UNAVAILABLE));
            ShardEngine.attach(region.segment()).serve();
            assertThat(reader.ask(handle)).startsWith(Integer.toString(Status.EPOCH_CHANGED));
            assertThat(reader.ask("adopt")).isEqualTo("adopted");
            assertThat(reader.ask(handle)).isEqualTo(Status.OK + " " + version + " 76");
        }
    }

    @Test
    void shouldRefuseADamagedHeaderWithAReasonWhateverIsWrong() throws Exception {
        Path program = CppProgram.build(programs, "ask_reader", CppProgram.SANITIZERS);
        SplittableRandom random = new SplittableRandom(Seed.of(SEED));
        Path copy = folder.resolve("damaged");
        for (int i = 0; i < 30; i++) {
            Files.copy(folder.resolve("shard-0"), copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
                int offset = random.nextInt(4096);
                file.seek(offset);
                int before = file.read();
                file.seek(offset);
                file.write(before ^ 1 << random.nextInt(8));
                if (i % 5 == 0) {
                    file.setLength(random.nextLong(20_000));
                }
            }
            try (CppProgram reader = CppProgram.start(program, copy.toString())) {
                assertThat(reader.readLine()).startsWith(copy + ": ");
                assertThat(reader.exitCode()).isEqualTo(1);
            }
        }
    }
}
