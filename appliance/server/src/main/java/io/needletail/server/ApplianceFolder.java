package io.needletail.server;

import io.needletail.journal.JournalCheck;
import io.needletail.memory.DataSync;
import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.RegionHeader;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.Option;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * The folder that is an appliance.
 *
 * <pre>
 * DIR/needletail.properties   configuration
 * DIR/lock                    held while the appliance runs; names the process
 * DIR/log/appliance.log       what happened
 * DIR/journal/shard-0         every change of the first shard, in files; shard-1 of the next ...
 * DIR/snapshots/shard-0       snapshots of the first shard; shard-1 of the next ...
 * DIR/audit/shard-0           the audit trail of the first shard, of which nothing is made again; shard-1 of the next ...
 * DIR/region   -> /dev/shm/needletail-NAME-HASH/region     one file a shard: shard-0; elsewhere with the option region-dir
 * DIR/aeron    -> /dev/shm/needletail-NAME-HASH/aeron      the media driver's files, gone after a clean stop; or the folder of
 *                                                          a driver outside
 * DIR/counters -> /dev/shm/needletail-NAME-HASH/counters   mapped counters of the first shard; counters-1 of the next ...
 * DIR/stalls   -> /dev/shm/needletail-NAME-HASH/stalls     the latest times the first shard stood still; stalls-1 ...
 * DIR/errors   -> /dev/shm/needletail-NAME-HASH/errors     distinct unexpected errors of the last run
 * DIR/sessions -> /dev/shm/needletail-NAME-HASH/sessions   who is connected to the first shard; sessions-1 ...
 * </pre>
 */
public final class ApplianceFolder implements AutoCloseable {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs", "hugetlbfs");

    private final Path folder;
    private final Path shared;
    private final FileChannel lockChannel;
    private Path regions;
    private boolean isFresh;

    private ApplianceFolder(Path folder, Path shared, FileChannel lockChannel) {
        this.folder = folder;
        this.shared = shared;
        this.lockChannel = lockChannel;
    }

    /** Takes the folder, creating it when it is new; throws {@link FolderInUseException} when a process holds it. */
    public static ApplianceFolder take(Path dir) throws IOException {
        Path folder = folderAt(dir.toAbsolutePath().normalize());
        FileChannel channel = PrivateFiles.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            String holder = readAll(channel);
            channel.close();
            throw new FolderInUseException(folder, holder);
        }
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(("pid " + ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8)), 0);
        ApplianceFolder taken = new ApplianceFolder(folder, sharedFor(folder), channel);
        taken.lay();
        return taken;
    }

    /** An existing folder, through links if need be, or a new one. */
    private static Path folderAt(Path dir) throws IOException {
        return Files.isDirectory(dir)
                ? dir.toRealPath()
                : PrivateFiles.createFolder(dir).toRealPath();
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held by another appliance of this very process
        }
    }

    /** Whether a process holds the folder now. */
    public static boolean isHeld(Path dir) throws IOException {
        Path lock = dir.resolve("lock");
        if (!Files.exists(lock)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return !tryLock(channel);
        }
    }

    private static String readAll(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(64);
        channel.read(buffer, 0);
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).strip();
    }

    /** The place in shared memory that belongs to a folder: its name for people, its path's hash for uniqueness. */
    static Path sharedFor(Path folder) {
        String name = String.valueOf(folder.getFileName()).replaceAll("[^A-Za-z0-9._-]", "_");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(folder.toString().getBytes(StandardCharsets.UTF_8));
            String hash = HexFormat.of().formatHex(digest, 0, 8);
            return SHARED_MEMORY.resolve("needletail-" + name.substring(0, Math.min(40, name.length())) + "-" + hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has SHA-256
        }
    }

    private void lay() throws IOException {
        refuseForeignOwner(shared);
        PrivateFiles.createFolder(shared);
        PrivateFiles.restrict(shared);
        PrivateFiles.createFolder(folder.resolve("log"));
        regions = presentRegions();
        PrivateFiles.link(folder.resolve("aeron"), shared.resolve("aeron"));
    }

    public Path folder() {
        return folder;
    }

    /** Where the regions were put the last time, by this folder under this name: a copied or renamed one has another's link. */
    private Path presentRegions() throws IOException {
        Path link = folder.resolve("region");
        boolean isOwn = Files.isSymbolicLink(link) && isOwn(Files.readSymbolicLink(link));
        return isOwn ? Files.readSymbolicLink(link) : regionsUnder(SHARED_MEMORY);
    }

    private boolean isOwn(Path regionsFolder) {
        return shared.getFileName().equals(regionsFolder.getParent().getFileName());
    }

    private Path regionsUnder(Path place) {
        return place.resolve(shared.getFileName()).resolve("region");
    }

    /**
     * Puts the regions under {@code place}, null for shared memory. Regions that are somewhere else already are not left behind
     * in silence: that is refused.
     */
    void placeRegions(Path place) throws IOException {
        Path wanted = regionsUnder(
                place == null ? SHARED_MEMORY : place.toAbsolutePath().normalize());
        refuseAVanishedRegion();
        if (!wanted.equals(regions) && formattedShards() > 0) {
            throw new RegionStore.RegionRefusedException(regions
                    + ": the region is there and the configuration has region-dir=" + (place == null ? "" : place)
                    + "; set it back, or start with --fresh, which discards the region");
        }
        refuseAnothersRegion();
        if (place != null && !Files.isDirectory(place) && !isInMemory(wanted)) {
            throw new RegionStore.RegionRefusedException(
                    "region-dir=" + place + ": no such folder; mount what belongs there, or make it");
        }
        regions = wanted;
        PrivateFiles.createFolder(wanted.getParent());
        refuseForeignOwner(wanted.getParent());
        PrivateFiles.restrict(wanted.getParent());
        PrivateFiles.createFolder(wanted);
        PrivateFiles.link(folder.resolve("region"), wanted);
    }

    /** A folder that was copied or renamed has a link to a region that is named after its old path. */
    private void refuseAnothersRegion() throws IOException {
        Path link = folder.resolve("region");
        if (isFresh || !Files.isSymbolicLink(link)) {
            return;
        }
        Path target = Files.readSymbolicLink(link);
        if (!isOwn(target) && Files.exists(target.resolve("shard-0"))) {
            throw new RegionStore.RegionRefusedException(
                    folder + " was copied or renamed; its region is " + target
                            + ", of the folder's old path: start it there, or start here with --fresh, which leaves that region alone");
        }
    }

    /**
     * Of a disk that is not mounted there is an empty folder: a new region in it, or elsewhere, would leave that of the disk
     * behind.
     */
    private void refuseAVanishedRegion() throws IOException {
        Path link = folder.resolve("region");
        boolean isGone = Files.isSymbolicLink(link) && isOwn(Files.readSymbolicLink(link)) && !Files.exists(regions);
        if (isFresh || !isGone || isInMemory(regions)) {
            return;
        }
        throw new RegionStore.RegionRefusedException(regions
                + " is gone: is the disk mounted? mount it; when it is lost, start --remake makes the region again from"
                + " the journal and its snapshots, and start --fresh discards those too");
    }

    /** What is in memory is gone after each boot. */
    private static boolean isInMemory(Path regionsFolder) throws IOException {
        Path place = regionsFolder.getParent().getParent();
        return place.startsWith(SHARED_MEMORY)
                || Files.exists(place)
                        && IN_MEMORY.contains(Files.getFileStore(place).type());
    }

    private void refuseForeignOwner(Path place) throws IOException {
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)
                && !Files.getOwner(place, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(folder))) {
            throw new IOException(place + " belongs to somebody else; remove it or choose another place");
        }
    }

    /** Nothing where regions are in memory: they are gone after each boot. */
    AutoCloseable openOnDisk(boolean isPersistent) throws IOException {
        return isInMemory(regions) ? () -> {} : RegionBoot.open(regions, isPersistent);
    }

    /**
     * Regions on a disk that were open when the machine went down are given up for what journal and snapshots say.
     *
     * @throws RegionStore.RegionRefusedException when these are not enough; then nothing is discarded
     */
    void giveUpTornRegions(Configuration configuration, Consumer<String> log) throws IOException {
        if (formattedShards() == 0 || isInMemory(regions) || !RegionBoot.mayBeTorn(regions)) {
            return;
        }
        String what =
                regions + ": the machine went down while the region there was open, or it could not be forced: parts of"
                        + " it may be of an earlier time";
        if (journaledShards() == 0) {
            throw new RegionStore.RegionRefusedException(
                    what + "; there is no journal that it could be made again from; start --fresh discards it");
        }
        try {
            discardRegionsThatCanBeRemade(configuration, log, bytes -> {});
        } catch (RegionStore.RegionRefusedException e) {
            throw new RegionStore.RegionRefusedException(what + ", and " + e.getMessage());
        }
        log.accept(what + "; it is made again from the journal and its snapshots");
    }

    /** Until {@link #endFormat} a start that ends leaves nothing that anybody was served from. */
    void beginFormat() throws IOException {
        PrivateFiles.write(unfinished(), "this region was never served from\n");
    }

    private static boolean holdsFiles(Path part) throws IOException {
        if (!Files.exists(part)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(part)) {
            return files.anyMatch(Files::isRegularFile);
        }
    }

    void endFormat() throws IOException {
        Files.delete(unfinished());
        DataSync.ofFolder(regions); // on a disk the mark must not come back with the power
    }

    boolean isFormatUnfinished() {
        return Files.exists(unfinished());
    }

    /** What a first start that was cut short left: regions, and journals that say of nothing that it happened. */
    void discardUnfinished() throws IOException {
        boolean isNothing = !holdsFiles(folder.resolve("snapshots"));
        for (int shard = 0; shard < journaledShards(); shard++) {
            JournalCheck journal = JournalCheck.of(journalFolder(shard));
            isNothing &= journal.fault() == null && journal.firstPosition() == 0 && journal.lastSequence() == 0;
        }
        if (isNothing) {
            discardJournal();
        }
        discardRegion();
    }

    private Path unfinished() {
        return regions.resolve("unfinished");
    }

    /** The shard's region file itself, not the link to its folder. */
    public Path regionFile(int shard) {
        return regions.resolve("shard-" + shard);
    }

    public Path aeronFolder() {
        return shared.resolve("aeron");
    }

    /** Clients find the media driver by this link. */
    public void linkMediaDriver(Path driverFolder) throws IOException {
        PrivateFiles.link(folder.resolve("aeron"), driverFolder);
    }

    /** Where the counters of a shard are, linked from the folder. */
    public Path countersFile(int shard) throws IOException {
        return linked(countersName(shard));
    }

    /** Where the stalls of a shard are, linked from the folder. */
    public Path stallsFile(int shard) throws IOException {
        return linked(stallsName(shard));
    }

    /** The distinct errors of the last run. */
    public Path errorsFile() throws IOException {
        return linked("errors");
    }

    /** Who is connected to a shard. */
    public Path sessionsFile(int shard) throws IOException {
        return linked(sessionsName(shard));
    }

    public static String sessionsName(int shard) {
        return shard == 0 ? "sessions" : "sessions-" + shard;
    }

    public static String countersName(int shard) {
        return shard == 0 ? "counters" : "counters-" + shard;
    }

    public static String stallsName(int shard) {
        return shard == 0 ? "stalls" : "stalls-" + shard;
    }

    private Path linked(String name) throws IOException {
        PrivateFiles.link(folder.resolve(name), shared.resolve(name));
        return shared.resolve(name);
    }

    /** How many shards the region was formatted for; 0 when there is none. */
    public int formattedShards() throws IOException {
        int shards = 0;
        while (Files.exists(regionFile(shards))) {
            shards++;
        }
        return shards;
    }

    /** Where the journal of a shard is. */
    Path journalFolder(int shard) {
        return folder.resolve("journal").resolve("shard-" + shard);
    }

    /** Where an appliance's audit trail is. */
    public static Path auditFolder(Path dir) {
        return dir.resolve("audit");
    }

    Path snapshotFolder(int shard) {
        return folder.resolve("snapshots").resolve("shard-" + shard);
    }

    /** How many shards have a journal. */
    int journaledShards() throws IOException {
        int shards = 0;
        while (hasFiles(journalFolder(shards))) {
            shards++;
        }
        return shards;
    }

    private static boolean hasFiles(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return false;
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.anyMatch(file -> file.toString().endsWith(".journal"));
        }
    }

    /** Empties it for a region like another member's, which has all that was acknowledged. */
    public void becomeMirror(Configuration configuration, Consumer<String> print) throws IOException {
        if (formattedShards() > 0 || journaledShards() > 0) {
            print.accept(
                    "mirror: another member is the primary: this member's own region and journal are discarded, and with"
                            + " them what it had not mirrored");
        }
        discardJournal();
        discardRegion();
        placeRegions(configuration.regionDir());
        store(configuration);
    }

    /**
     * With the region goes what it could be made from again: before it, and under another name first, so that nothing is made from
     * a part of it when this is cut short.
     */
    public void discardJournal() throws IOException {
        discard("snapshots");
        discard("journal");
    }

    private void discard(String part) throws IOException {
        Path discarded = folder.resolve(part + ".discarded");
        PrivateFiles.deleteTree(discarded);
        if (Files.exists(folder.resolve(part))) {
            Files.move(folder.resolve(part), discarded, StandardCopyOption.ATOMIC_MOVE);
            PrivateFiles.deleteTree(discarded);
        }
    }

    public Path logFile() {
        return folder.resolve("log").resolve("appliance.log");
    }

    /** The configuration stored in a folder; empty when there is none yet. */
    public static Properties storedConfiguration(Path dir) throws IOException {
        Properties properties = new Properties();
        Path file = dir.resolve("needletail.properties");
        if (Files.exists(file)) {
            // damaged bytes become strange option values, which the parser names
            properties.load(new StringReader(new String(Files.readAllBytes(file), StandardCharsets.UTF_8)));
        }
        return properties;
    }

    public void store(Configuration configuration) throws IOException {
        StringWriter text = new StringWriter();
        text.write("# Needletail: the effective configuration of the last start; change it with start --set\n");
        configuration.toProperties().stringPropertyNames().stream()
                .sorted()
                .forEach(key ->
                        text.write(key + "=" + configuration.toProperties().getProperty(key) + "\n"));
        PrivateFiles.write(folder.resolve("needletail.properties"), text.toString());
    }

    /** Tells whoever still has the region mapped that it is retired, and removes it. */
    public void discardRegion() throws IOException {
        isFresh = true;
        for (int shard = formattedShards() - 1; shard >= 0; shard--) {
            RegionStore.retire(regionFile(shard));
            Files.deleteIfExists(regionFile(shard));
        }
        Files.deleteIfExists(unfinished());
    }

    /**
     * Discards the regions when all of them can be made again.
     *
     * @param log is told of what the regions have and the journals have not
     * @throws RegionStore.RegionRefusedException when one cannot; then nothing is discarded
     */
    public void discardRegionsThatCanBeRemade(Configuration configuration, Consumer<String> log, LongConsumer progress)
            throws IOException {
        List<KeptShard> shards = KeptShard.of(folder, progress);
        if (shards.isEmpty()) {
            throw new RegionStore.RegionRefusedException(
                    "--remake: there is neither journal nor snapshot in " + folder + "; --fresh discards the region");
        }
        for (KeptShard shard : shards) {
            String fault = whyNotRemade(shard, shards.size(), configuration);
            if (fault != null) {
                throw new RegionStore.RegionRefusedException("shard " + shard.shard() + " cannot be made again: "
                        + fault + "; see: needletail verify --dir " + folder);
            }
        }
        for (KeptShard shard : shards) {
            long beyond = RegionStore.logBeyond(
                    regionFile(shard.shard()), shard.journal().endPosition());
            if (beyond > 0) {
                log.accept("shard " + shard.shard() + ": " + beyond
                        + " bytes of the region's log are not in the journal: changes that were acknowledged at memory, or"
                        + " persistent, behind sequence " + shard.journal().lastSequence() + " are lost");
            }
        }
        discardRegion();
    }

    private String whyNotRemade(KeptShard shard, int shards, Configuration configuration) throws IOException {
        if (!shard.remake().isPossible()) {
            return shard.remake().words();
        }
        RegionHeader kept = shard.journal().region();
        if (shards != configuration.shards() || shards < formattedShards()) {
            return "the journal is of " + shards + " shards, and the configuration has shards="
                    + configuration.shards();
        }
        if (!kept.sizing().equals(configuration.sizing()) || configuration.get(Option.JOURNAL) == 0) {
            return "the journal is of a region with other capacities than the configuration has, or journal=off";
        }
        return RegionStore.isOfAnother(regionFile(shard.shard()), kept) ? "the journal is of another region" : null;
    }

    @Override
    public void close() throws IOException {
        lockChannel.close();
    }

    /** Another process runs this appliance. */
    public static final class FolderInUseException extends IOException {
        private static final long serialVersionUID = 1L;

        FolderInUseException(Path folder, String holder) {
            super(folder + " is in use by " + (holder.isEmpty() ? "another process" : holder)
                    + "; stop it, or name another --dir");
        }
    }
}
