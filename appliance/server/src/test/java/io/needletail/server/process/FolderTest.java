package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.memory.StallRing;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of the folder, the processes and their exit codes. */
@Tag("beside-others")
class FolderTest {
    private final Key key = new Key("folder");
    private final Value value = new Value(16);
    private final Entry entry = new Entry(7040);

    private record Ended(int code, String output) {}

    private static Ended run(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = ApplianceProcess.launcher(List.of(arguments));
        builder.command().addAll(0, List.of("timeout", "60")); // a start that should have been refused would run on
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    @Test
    void shouldRefuseAFolderInUseAndNameTheProcess() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start()) {
            Ended second = run("start", "--dir", appliance.dir().toString());
            assertThat(second.code()).isEqualTo(4);
            assertThat(second.output()).contains("in use by pid " + appliance.pid());
            assertThat(run("start", "--dir", appliance.dir().toString(), "--fresh")
                            .code())
                    .isEqualTo(4);
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.ping()).isEqualTo(Status.OK);
            }
        }
    }

    @Test
    void shouldRunTwoAppliancesSideBySide() throws Exception {
        try (ApplianceProcess one = ApplianceProcess.start();
                ApplianceProcess two = ApplianceProcess.start();
                BlockingSession first = one.connect();
                BlockingSession second = two.connect()) {
            value.setUtf8("one");
            assertThat(first.put(key, value, entry)).isEqualTo(Status.OK);
            assertThat(second.get(key, entry)).isEqualTo(Status.NOT_FOUND);
        }
    }

    @Test
    void shouldKeepEveryFilePrivateAndEveryPlaceByName() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start();
                BlockingSession session = appliance.connect()) {
            Path shared =
                    Files.readSymbolicLink(appliance.dir().resolve("region")).getParent();
            assertThat(shared.toString())
                    .startsWith("/dev/shm/needletail-" + appliance.dir().getFileName());
            assertThat(Files.readSymbolicLink(appliance.dir().resolve("aeron"))).isEqualTo(shared.resolve("aeron"));
            assertThat(Files.readSymbolicLink(appliance.dir().resolve("counters")))
                    .isEqualTo(shared.resolve("counters"));
            assertThat(Files.readSymbolicLink(appliance.dir().resolve("stalls")))
                    .isEqualTo(shared.resolve("stalls"));
            assertThat(Files.size(shared.resolve("stalls"))).isEqualTo(StallRing.LENGTH);
            assertThat(Path.of(session.limits().regionPath())).isEqualTo(appliance.regionFile());
            assertPrivate(appliance.dir());
            assertPrivate(shared);
            assertThat(appliance.output()).anyMatch(line -> line.startsWith("cores:"));
            assertThat(appliance.output()).anyMatch(line -> line.startsWith("sizing of a shard:"));
            assertThat(appliance.output()).anyMatch(line -> line.startsWith("keyed-slots") && line.contains("65536"));
        }
    }

    private static void assertPrivate(Path folder) throws IOException {
        List<String> open = new ArrayList<>();
        try (var walk = Files.walk(folder)) {
            walk.filter(path -> !Files.isSymbolicLink(path)).forEach(path -> {
                try {
                    String permissions = PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
                    String expected = Files.isDirectory(path) ? "rwx------" : "rw-------";
                    if (!permissions.equals(expected)) {
                        open.add(permissions + " " + path);
                    }
                } catch (IOException e) {
                    open.add(e.toString());
                }
            });
        }
        assertThat(open).isEmpty();
    }

    @Test
    void shouldRemoveTheAeronFilesOnTerminateAndKeepTheRegion() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start()) {
            Path aeron = Files.readSymbolicLink(appliance.dir().resolve("aeron"));
            Path region = appliance.regionFile();
            assertThat(aeron).exists();
            assertThat(appliance.terminate()).isZero();
            assertThat(aeron).doesNotExist();
            assertThat(region).exists();
            assertThat(Files.readString(appliance.dir().resolve("log/appliance.log")))
                    .endsWith("stopped\n");
        }
    }

    @Test
    void shouldListenOnNoSocketAtAll() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start()) {
            for (String table : new String[] {"tcp", "tcp6", "udp", "udp6"}) {
                List<String> rows = Files.readAllLines(Path.of("/proc/" + appliance.pid() + "/net/" + table));
                List<String> inodes = socketInodes(appliance.pid());
                assertThat(rows.stream().filter(row -> inodes.stream().anyMatch(row::contains)))
                        .as(table)
                        .isEmpty();
            }
        }
    }

    private static List<String> socketInodes(long pid) throws IOException {
        List<String> inodes = new ArrayList<>();
        try (var files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files.toList()) {
                String target = Files.isSymbolicLink(file)
                        ? Files.readSymbolicLink(file).toString()
                        : "";
                if (target.startsWith("socket:[")) {
                    inodes.add(" " + target.substring(8, target.length() - 1) + " ");
                }
            }
        }
        return inodes;
    }

    @Test
    void shouldRefuseADamagedOrForeignRegionWithAReasonAndStartFresh() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start()) {
            Path region = appliance.regionFile();
            appliance.kill9();
            flip(region, 50, 1);
            Ended damaged = run("start", "--dir", appliance.dir().toString());
            assertThat(damaged.code()).isEqualTo(1);
            assertThat(damaged.output()).contains("checksum does not match").contains("--fresh", "--remake");
            Files.writeString(region, "not a region at all".repeat(1000));
            Ended foreign = run("start", "--dir", appliance.dir().toString());
            assertThat(foreign.output()).contains("magic");
            Ended otherSize = run("start", "--dir", appliance.dir().toString(), "--set", "keyed-slots=1");
            assertThat(otherSize.code()).isEqualTo(1);
            try (ApplianceProcess fresh = ApplianceProcess.startIn(appliance.dir(), "--fresh")) {
                assertThat(fresh.output()).anyMatch(line -> line.contains("entries=0"));
            }
        }
    }

    @Test
    void shouldRefuseADamagedStateOrSlotEveryTimeAndChangeNothing() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start()) {
            try (BlockingSession session = appliance.connect()) {
                value.setUtf8("kept");
                session.put(key, value, entry);
            }
            assertThat(appliance.terminate()).isZero();
            Path region = appliance.regionFile();
            long slotVersion = 8192
                    + 64 * 128; // slot 0 stands behind the retry table, its version is small: its second bit is all
            // there is
            for (long offset : new long[] {4099, 4103, slotVersion, slotVersion + 46, slotVersion + 32}) {
                // an epoch that was raised only costs numbers, so this one is lowered; 1 turns the state into NEW
                int mask = offset == slotVersion ? 2 : offset == 4099 ? lowestSetBit(region, offset) : 1;
                flip(region, offset, mask);
                for (int attempt = 0; attempt < 2; attempt++) {
                    Ended refused = run("start", "--dir", appliance.dir().toString());
                    assertThat(refused.code())
                            .as("offset %d attempt %d: %s", offset, attempt, refused.output())
                            .isEqualTo(1);
                }
                flip(region, offset, mask);
            }
            try (ApplianceProcess again = ApplianceProcess.startIn(appliance.dir());
                    BlockingSession session = again.connect()) {
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            }
        }
    }

    @Test
    void shouldStartThroughALinkAndSayWhatIsWrongWithAFolder(@TempDir Path folder) throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start()) {
            Path link = Files.createSymbolicLink(folder.resolve("link"), appliance.dir());
            Ended inUse = run("start", "--dir", link.toString());
            assertThat(inUse.code()).as(inUse.output()).isEqualTo(4);
            assertThat(appliance.terminate()).isZero();
            Ended stopped = run("client", "--dir", link.toString(), "stat");
            assertThat(stopped.code()).isEqualTo(3);
            ApplianceProcess.startIn(link).close();
        }
        Path file = Files.writeString(folder.resolve("file"), "x");
        Ended notAFolder = run("start", "--dir", file.toString());
        assertThat(notAFolder.code()).isEqualTo(1);
        assertThat(notAFolder.output()).contains("not a folder");
        assertThat(run("start", "--dir", "").code()).isEqualTo(2);
    }

    @Test
    void shouldRefuseOtherCapacitiesAndKeepTheOldConfiguration() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start()) {
            assertThat(appliance.terminate()).isZero();
            Ended other = run("start", "--dir", appliance.dir().toString(), "--set", "keyed-slots=70000");
            assertThat(other.code()).isEqualTo(1);
            assertThat(other.output()).contains("other capacities").contains("--fresh");
            try (ApplianceProcess again = ApplianceProcess.startIn(appliance.dir())) {
                assertThat(again.output()).anyMatch(line -> line.startsWith("keyed-slots") && line.contains("65536"));
            }
        }
    }

    private static int lowestSetBit(Path file, long offset) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            return one.get(0) == 0 ? 1 : Integer.lowestOneBit(one.get(0) & 0xFF);
        }
    }

    private static void flip(Path file, long offset, int mask) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ mask)).rewind();
            channel.write(one, offset);
        }
    }

    @Test
    void shouldChangeNothingOnADryRun(@TempDir Path folder) throws Exception {
        Path dir = folder.resolve("not-there");
        Ended dry =
                run("start", "--dir", dir.toString(), "--dry-run", "--profile", "latency", "--set", "keyed-slots=5000");
        assertThat(dry.code()).isZero();
        assertThat(dry.output())
                .contains("keyed-slots")
                .contains("sizing of a shard:")
                .contains("cores:");
        assertThat(dir).doesNotExist();
        assertThat(run("start", "--dir", dir.toString(), "--set", "nonsense=1").code())
                .isEqualTo(2);
        assertThat(run("start", "--dir", dir.toString(), "--profile", "slow").code())
                .isEqualTo(2);
        assertThat(run("start", "--no-such-flag").code()).isEqualTo(2);
        assertThat(dir).doesNotExist();
    }

    @Test
    void shouldStartAFullRegionAndTheSmallestOneThereIs() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start(
                "keyed-slots=1", "anonymous-slots=0", "max-value-length=16", "max-key-length=16", "session-limit=1")) {
            try (BlockingSession session = appliance.connect()) {
                value.setUtf8("only one");
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
                assertThat(session.put(new Key("second"), value, entry)).isEqualTo(Status.SLOTS_FULL);
            }
            appliance.kill9();
            try (ApplianceProcess again = ApplianceProcess.startIn(appliance.dir());
                    BlockingSession session = again.connect()) {
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            }
        }
    }
}
