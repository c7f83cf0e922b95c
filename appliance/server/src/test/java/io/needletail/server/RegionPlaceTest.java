package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.ColocatedReader;
import io.needletail.memory.HugePageStore;
import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.ScratchRegion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Regions elsewhere than in shared memory: on a disk, and in huge pages where the machine has some to give. */
class RegionPlaceTest {
    private static final long PAGE = 4096;
    private static final long SMALL_REGION_PAGES = 32;

    private final Key key = new Key("placed");
    private final Value value = new Value(32);
    private final Entry entry = new Entry(64);

    @Test
    void shouldKeepARegionOnADiskOverRestarts(@TempDir Path disk) throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("region-dir=" + disk)) {
            writeReadAndRestart(appliance, disk);
            assertThat(regionIn(disk)).isRegularFile();
        }
    }

    @Test
    void shouldKeepARegionInHugePages() throws IOException {
        Optional<Path> mount = hugePageMount();
        assumeThat(mount).as("a mounted hugetlbfs with free pages").isPresent();
        try (RunningAppliance appliance = new RunningAppliance("region-dir=" + mount.get())) {
            writeReadAndRestart(appliance, mount.get());
            long pageBytes = HugePageStore.of(Files.getFileStore(mount.get()))
                    .orElseThrow()
                    .pageBytes();
            assertThat(Files.size(regionIn(mount.get())) % pageBytes).isZero();
        }
    }

    private void writeReadAndRestart(RunningAppliance appliance, Path place) throws IOException {
        value.setUtf8("longer than sixteen bytes");
        try (BlockingSession session = appliance.connect()) {
            assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            Path region = Path.of(session.limits().regionPath());
            assertThat(region).startsWith(place);
            try (ColocatedReader reader = ColocatedReader.open(region)) {
                assertThat(reader.get(entry.handle(), entry)).isEqualTo(Status.OK);
                assertThat(entry.value().toUtf8()).isEqualTo(value.toUtf8());
            }
        }
        appliance.restart();
        try (BlockingSession session = appliance.connect()) {
            assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().toUtf8()).isEqualTo(value.toUtf8());
        }
    }

    @Test
    void shouldNotLeaveARegionBehindWhenItsPlaceIsChanged(@TempDir Path disk) throws IOException {
        try (RunningAppliance appliance = new RunningAppliance()) {
            value.setUtf8("still there");
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            }
            assertThatThrownBy(() -> appliance.restart("region-dir=" + disk))
                    .isInstanceOf(RegionStore.RegionRefusedException.class)
                    .hasMessageContaining("set it back")
                    .hasMessageContaining("--fresh");
            appliance.restart("latency-lanes=8");
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            }
        }
    }

    private static void put(RunningAppliance appliance, Key key, String text) {
        Value value = new Value(32);
        value.setUtf8(text);
        try (BlockingSession session = appliance.connect()) {
            session.level(Level.SYNCED);
            assertThat(session.put(key, value, new Entry(64))).isEqualTo(Status.OK);
        }
    }

    /** The first page of the slots as it was: alone it looks right. */
    private static void putPageBack(Path region, byte[] earlier) throws IOException {
        try (FileChannel channel = FileChannel.open(region, StandardOpenOption.READ, StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
            long page = RegionHeader.of(file).layout().keyedOffset() / PAGE * PAGE;
            MemorySegment.copy(MemorySegment.ofArray(earlier), page, file, page, PAGE);
        }
    }

    private static void assumeThatItIsOnADisk(Path folder) throws IOException {
        assumeThat(Files.getFileStore(folder).type()).isNotEqualTo("tmpfs");
    }

    /** Some pages are those of an earlier time, as a loss of power leaves them; each alone looks right. */
    @Test
    void shouldMakeARegionOnADiskAgainWhenTheMachineWentDownWhileItWasOpen(@TempDir Path disk) throws IOException {
        assumeThatItIsOnADisk(disk);
        String[] settings = {"region-dir=" + disk, "journal=on"};
        try (RunningAppliance appliance = new RunningAppliance(settings)) {
            put(appliance, key, "old");
            appliance.appliance().close();
            byte[] earlier = Files.readAllBytes(regionIn(disk));
            appliance.restart(settings);
            put(appliance, key, "new");
            put(appliance, new Key("another"), "new");
            appliance.appliance().close();
            putPageBack(regionIn(disk), earlier);
            Files.writeString(regionIn(disk).resolveSibling("boot"), "another run of the machine\n");
            appliance.restart(settings);
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
                assertThat(entry.value().toUtf8()).isEqualTo("new");
                assertThat(session.get(new Key("another"), entry)).isEqualTo(Status.OK);
            }
            assertThat(Files.readString(appliance.dir().resolve("log/appliance.log")))
                    .contains("the machine went down", "made again from the journal");
        }
    }

    /** A start that comes to nothing, on what is no persistent memory, must not vouch for what an earlier one left. */
    @Test
    void shouldNotBelieveATornRegionBehindAStartThatWasRefused(@TempDir Path disk) throws IOException {
        assumeThatItIsOnADisk(disk);
        String[] settings = {"region-dir=" + disk, "journal=on"};
        try (RunningAppliance appliance = new RunningAppliance(settings)) {
            put(appliance, key, "old");
            appliance.appliance().close();
            byte[] earlier = Files.readAllBytes(regionIn(disk));
            appliance.restart(settings);
            put(appliance, key, "new");
            appliance.appliance().close();
            putPageBack(regionIn(disk), earlier);
            Files.writeString(regionIn(disk).resolveSibling("boot"), "another run of the machine\n");
            assertThatThrownBy(() -> appliance.restart("region-dir=" + disk, "journal=on", "persistent-memory=dax"))
                    .hasMessageContaining("DAX");
            appliance.restart(settings);
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
                assertThat(entry.value().toUtf8()).isEqualTo("new");
            }
        }
    }

    @Test
    void shouldRefuseSuchARegionWithoutAJournal(@TempDir Path disk) throws IOException {
        assumeThatItIsOnADisk(disk);
        String[] settings = {"region-dir=" + disk, "journal=off"};
        try (RunningAppliance appliance = new RunningAppliance(settings)) {
            appliance.appliance().close();
            Path boot = regionIn(disk).resolveSibling("boot");
            assertThat(boot).hasContent("forced");
            for (String said : new String[] {"another run of the machine\n", "could not be forced\n", ""}) {
                Files.writeString(boot, said);
                assertThatThrownBy(() -> appliance.restart(settings))
                        .isInstanceOf(RegionStore.RegionRefusedException.class)
                        .hasMessageContaining("the machine went down")
                        .hasMessageContaining("--fresh");
            }
            Files.writeString(boot, "forced\n");
            appliance.restart(settings);
        }
    }

    @Test
    void shouldNotMakeAFolderThatIsNotThere(@TempDir Path folder) {
        Path typo = folder.resolve("mnt/reigons");
        assertThatThrownBy(() -> new RunningAppliance("region-dir=" + typo).close())
                .isInstanceOf(RegionStore.RegionRefusedException.class)
                .hasMessageContaining("no such folder")
                .hasMessageContaining("mount");
        assertThat(typo.getParent()).doesNotExist();
    }

    @Test
    void shouldNotBeginAnewWhereTheDiskOfItsRegionIsNotMounted(@TempDir Path folder) throws IOException {
        Path mount = Files.createDirectory(folder.resolve("mount"));
        String place = "region-dir=" + mount;
        try (RunningAppliance appliance = new RunningAppliance(place)) {
            value.setUtf8("on the disk");
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            }
            appliance.appliance().close();
            Path disk = Files.move(mount, folder.resolve("disk")); // unmounted: an empty folder in its place
            Files.createDirectory(mount);
            for (String wanted : new String[] {place, "region-dir=" + folder.resolve("elsewhere"), "region-dir="}) {
                assertThatThrownBy(() -> appliance.restart(wanted))
                        .as(wanted)
                        .isInstanceOf(RegionStore.RegionRefusedException.class)
                        .hasMessageContaining("mounted?")
                        .hasMessageContaining("--remake")
                        .hasMessageContaining("--fresh");
            }
            Files.delete(mount);
            Files.move(disk, mount);
            appliance.restart(place);
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            }
        }
    }

    @Test
    void shouldBeginAnewInAFolderOfSharedMemoryThatABootHasEmptied() throws IOException {
        Path place = Files.createTempDirectory(Path.of("/dev/shm"), "needletail-place")
                .resolve("inner");
        Files.createDirectory(place);
        String setting = "region-dir=" + place;
        try (RunningAppliance appliance = new RunningAppliance(setting)) {
            appliance.appliance().close();
            PrivateFiles.deleteTree(place);
            appliance.restart(setting);
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.get(key, entry)).isEqualTo(Status.NOT_FOUND);
            }
        } finally {
            PrivateFiles.deleteTree(place.getParent());
        }
    }

    /** What the journal has was acknowledged: a start that is cut short while it makes lost regions from it discards none of it. */
    @Test
    void shouldMakeLostRegionsAgainAfterAStartThatWasCutShort(@TempDir Path disk) throws IOException {
        String[] settings = {"region-dir=" + disk, "shards=2"};
        try (RunningAppliance appliance = new RunningAppliance(settings)) {
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            }
            appliance.appliance().close();
            Path regions = regionIn(disk).getParent();
            Files.delete(regions.resolve("shard-0"));
            Files.delete(regions.resolve("shard-1"));
            Path obstacle =
                    Files.createDirectories(regions.resolve("shard-1.new").resolve("obstacle"));
            assertThatThrownBy(() -> appliance.restart(settings)).isInstanceOf(IOException.class);
            assertThat(regions.resolve("shard-0")).exists();
            Files.delete(obstacle);
            appliance.restart(settings);
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            }
        }
    }

    /** Of two regions that were changed without a journal one has got its own when the start is cut short. */
    @Test
    void shouldGoOnGivingRegionsTheirFirstJournals() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("shards=2", "journal=off")) {
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            }
            appliance.appliance().close();
            Path obstacle =
                    Files.createDirectories(appliance.dir().resolve("journal")).resolve("shard-1");
            Files.createFile(obstacle);
            assertThatThrownBy(() -> appliance.restart("shards=2")).isInstanceOf(IOException.class);
            assertThat(appliance.dir().resolve("journal").resolve("shard-0")).isDirectory();
            assertThatThrownBy(() -> appliance.restart("shards=1")).hasMessageContaining("formatted for 2 shards");
            Files.delete(obstacle);
            appliance.restart("shards=2");
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            }
        }
    }

    @Test
    void shouldStartAgainAfterAFirstStartThatWasCutShort(@TempDir Path disk) throws IOException {
        String place = "region-dir=" + disk;
        try (RunningAppliance appliance = new RunningAppliance(place, "shards=2")) {
            appliance.appliance().close();
            Path regions = regionIn(disk).getParent();
            Files.delete(regions.resolve("shard-0"));
            Files.delete(regions.resolve("shard-1"));
            PrivateFiles.deleteTree(appliance.dir().resolve("journal")); // as it was before the first start
            Path obstacle =
                    Files.createDirectories(regions.resolve("shard-1.new").resolve("obstacle"));
            assertThatThrownBy(() -> appliance.restart(place, "shards=2")).isInstanceOf(IOException.class);
            assertThat(regions.resolve("shard-0")).exists();
            Files.delete(obstacle);
            appliance.restart(place, "shards=1", "keyed-slots=4096");
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            }
            appliance.restart();
            try (BlockingSession session = appliance.connect()) {
                assertThat(session.get(key, entry)).isEqualTo(Status.OK);
            }
        }
    }

    @Test
    void shouldNeitherUseNorDiscardTheRegionOfTheFolderThatACopyWasMadeFrom(@TempDir Path folder) throws IOException {
        Path copy = folder.resolve("copy");
        try (RunningAppliance original = new RunningAppliance()) {
            Path link = Files.readSymbolicLink(original.dir().resolve("region"));
            Files.createDirectories(copy);
            Files.createSymbolicLink(copy.resolve("region"), link);
            assertThatThrownBy(() -> placeAndClose(copy, false))
                    .isInstanceOf(RegionStore.RegionRefusedException.class)
                    .hasMessageContaining("copied or renamed");
            placeAndClose(copy, true);
            assertThat(link.resolve("shard-0")).exists();
            assertThat(Files.readSymbolicLink(copy.resolve("region"))).isNotEqualTo(link);
            try (BlockingSession session = original.connect()) {
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            }
        } finally {
            PrivateFiles.deleteTree(ApplianceFolder.sharedFor(copy));
        }
    }

    private static void placeAndClose(Path dir, boolean fresh) throws IOException {
        try (ApplianceFolder taken = ApplianceFolder.take(dir)) {
            if (fresh) {
                taken.discardRegion();
            }
            taken.placeRegions(null);
        }
    }

    /** The owner's mapping lives as long as its process; the one that marks a region as retired must not. */
    @Test
    void shouldGiveADiscardedRegionsSpaceBackAtOnce(@TempDir Path disk) throws IOException {
        Path region = disk.resolve("shard-0");
        RegionStore.open(region, ScratchRegion.small()).close();
        long mappedByOwner = mappingsOf(disk);
        RegionStore.retire(region);
        assertThat(mappingsOf(disk)).isEqualTo(mappedByOwner);
    }

    private static long mappingsOf(Path folder) throws IOException {
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.filter(line -> line.contains(folder.toString())).count();
        }
    }

    private static Path regionIn(Path place) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            return files.filter(file -> file.getFileName().toString().equals("shard-0"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Optional<Path> hugePageMount() throws IOException {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/mounts"))) {
            return mounts.map(line -> line.split(" "))
                    .filter(cells -> cells[2].equals("hugetlbfs"))
                    .map(cells -> Path.of(cells[1]))
                    .filter(RegionPlaceTest::hasRoom)
                    .findFirst();
        }
    }

    private static boolean hasRoom(Path mount) {
        try {
            HugePageStore store = HugePageStore.of(Files.getFileStore(mount)).orElseThrow();
            return Files.isWritable(mount) && store.freeBytes() >= SMALL_REGION_PAGES * (2 << 20);
        } catch (IOException e) {
            return false;
        }
    }
}
