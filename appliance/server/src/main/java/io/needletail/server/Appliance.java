package io.needletail.server;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.DriverTimeoutException;
import io.aeron.exceptions.TimeoutException;
import io.needletail.client.SessionProtocol;
import io.needletail.engine.BeforeEpoch;
import io.needletail.engine.MutationLog;
import io.needletail.engine.ShardEngine;
import io.needletail.engine.WriteBack;
import io.needletail.journal.JournalFolder;
import io.needletail.journal.SegmentJournal;
import io.needletail.journal.snapshot.Retention;
import io.needletail.journal.snapshot.SnapshotFolder;
import io.needletail.memory.MappedFile;
import io.needletail.memory.NativeLibrary;
import io.needletail.memory.ResidentMemory;
import io.needletail.memory.StallRing;
import io.needletail.memory.ThreadPinning;
import io.needletail.pmem.PersistentPlace;
import io.needletail.server.config.AuditMode;
import io.needletail.server.config.BatchSearchMode;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.CoreMap;
import io.needletail.server.config.Option;
import io.needletail.server.config.PersistentMode;
import io.needletail.server.remote.RemoteMemory;
import io.needletail.server.replication.Entrance;
import io.needletail.server.replication.Replicas;
import io.needletail.server.session.MirrorState;
import io.needletail.server.session.RemoteAccess;
import io.needletail.server.session.SessionList;
import io.needletail.server.session.ShardAgent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * One running appliance: folder, regions, media driver, shards. It is launched in order, each part handed to a list that is
 * closed backwards, on a clean stop as after a launch that failed half-way.
 */
public final class Appliance implements AutoCloseable {
    /** 8,192 counters; the default takes 48 MiB of shared memory. */
    private static final int COUNTERS_LENGTH = 1 << 20;
    /** Of an error, in the log. */
    private static final int MOST_CAUSES = 8;
    /** Records of so many fit into the smallest ring, twice. */
    private static final int MOST_FREED = 1 << 14;
    /** By UDP a session has three times as many, and for some seconds after its end. */
    private static final int UDP_COUNTERS_LENGTH = 4 << 20;
    /** By UDP a receiver that says nothing for this long is gone; no sooner than a session is, which says why it ended. */
    private static final long CONNECTION_TIMEOUT_NS = 5_000_000_000L;
    /** A last word that was lost is sent again for this long. */
    private static final long PUBLICATION_LINGER_NS = 1_000_000_000L;

    private final ApplianceFolder folder;
    private final Configuration configuration;
    private final CoreMap cores;
    private final Runnable onFailure;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private EventLog log;
    private ErrorLog errors;
    private final List<RegionStore> regions = new ArrayList<>();
    private final List<ShardJournal> journalsOpened = new ArrayList<>();
    /** Read by whoever reports an error, also before there are any. */
    private final List<CountersFile> counters = new CopyOnWriteArrayList<>();

    private final List<RemoteAccess> remoteAccess = new ArrayList<>();
    /** A shard each, with a membership. */
    private final List<Entrance> entrances = new ArrayList<>();

    /** Null without a membership. */
    private Replicas replicas;

    private ShardGroup shards;
    private String batchSearchExplanation;
    private volatile Optional<String> persistentMemory = Optional.empty();
    private volatile boolean driverLost;

    private Appliance(ApplianceFolder folder, Configuration configuration, CoreMap cores, Runnable onFailure) {
        this.folder = folder;
        this.configuration = configuration;
        this.cores = cores;
        this.onFailure = onFailure;
        parts.push(folder);
    }

    /** Of regions in persistent memory: what it is, and whether it is emulated. */
    public Optional<String> persistentMemory() {
        return persistentMemory;
    }

    /** Which search batches use and why, with what was measured when it started. */
    public String batchSearch() {
        return batchSearchExplanation;
    }

    /**
     * Starts an appliance and returns when it is ready: attached, warm, serving.
     *
     * @param onFailure called from a shard's thread, when it cannot go on
     */
    public static Appliance launch(
            ApplianceFolder folder, Configuration configuration, CoreMap cores, Runnable onFailure) throws IOException {
        Appliance appliance = new Appliance(folder, configuration, cores, onFailure);
        try {
            appliance.start();
            return appliance;
        } catch (IOException | RuntimeException | Error e) {
            if (appliance.log != null) {
                appliance.log.write("not started: " + e.getMessage());
            }
            appliance.close();
            throw e;
        }
    }

    private void start() throws IOException {
        log = keep(EventLog.open(folder.logFile()));
        log.write(NativeLibrary.isAvailable() ? "native library loaded" : "pure Java: " + NativeLibrary.reason());
        errors = ErrorLog.create(folder.errorsFile());
        openEntrances();
        Callable<List<RegionStore>> openRegions = prepareFolder();
        completeAudit();
        RegionOpening opening = keep(RegionOpening.begin(openRegions));
        MediaDriver driver = configuration.mediaDriver() == null ? keep(launchDriver()) : null;
        Aeron aeron = keep(connect(driver));
        WallClock wallClock = new WallClock(System.nanoTime(), System.currentTimeMillis() * 1_000_000L);
        ShardRuntime.Environment environment =
                new ShardRuntime.Environment(configuration, cores, driver, aeron, wallClock, log);
        AeronUpkeep upkeep = new AeronUpkeep(driver, aeron);
        take(opening.await(upkeep::turn)); // beside the warm-up it would take the JIT's core from it
        if (configuration.get(Option.WARM_UP) == 1) {
            WarmUp.run(environment, folder.folder());
        }
        BatchSearch batchSearch = BatchSearch.choose(BatchSearchMode.of(configuration));
        batchSearchExplanation = batchSearch.explanation();
        log.write("batch search: " + batchSearchExplanation);
        regions.forEach(region -> batchSearch.use(region.engine()));
        keepOffTheShards(); // and so whatever this thread starts; a shard pins itself
        startAudit(upkeep);
        openRemoteMemory();
        openReplicas();
        List<ShardRuntime> runtimes = new ArrayList<>();
        for (int i = 0; i < regions.size(); i++) {
            runtimes.add(new ShardRuntime(environment, place(i), this::onError));
        }
        shards = keep(new ShardGroup(
                runtimes, journalsOpened, writeBacks(), configuration.profile().longestPauseNs(), this::onError));
        if (replicas != null) {
            replicas.start();
        }
        shards.start();
        if (replicas != null) {
            replicas.tellClients(folder.folder().toAbsolutePath());
        }
        for (RegionStore region : regions) {
            log.write("ready: " + region.engine().report());
        }
    }

    /** A shard's each, of regions in persistent memory. */
    private List<WriteBack> writeBacks() {
        return regions.stream()
                .map(region -> region.engine().writeBack())
                .filter(Objects::nonNull)
                .toList();
    }

    /** To the driver inside, else to the one outside, where clients find it by the folder's link. */
    private Aeron connect(MediaDriver driver) throws IOException {
        Path driverFolder = driver == null ? configuration.mediaDriver() : folder.aeronFolder();
        if (driver == null && !Files.exists(driverFolder.resolve("cnc.dat"))) {
            throw new ConfigurationException("media-driver=" + driverFolder + ": no media driver runs there; start one"
                    + " with: needletail media-driver --dir " + driverFolder);
        }
        folder.linkMediaDriver(driverFolder.toAbsolutePath());
        try {
            return Aeron.connect(new Aeron.Context()
                    .aeronDirectoryName(driverFolder.toString())
                    .useConductorAgentInvoker(true)
                    .driverAgentInvoker(driver == null ? null : driver.sharedAgentInvoker())
                    .clientName("needletail-appliance")
                    .subscriberErrorHandler(Appliance::rethrow)
                    .errorHandler(this::onAeronError));
        } catch (DriverTimeoutException e) {
            throw new ConfigurationException(
                    "media-driver=" + driverFolder + ": the media driver there does not live: " + e.getMessage());
        }
    }

    /**
     * Without its media driver the appliance hears nobody: it ends, and whoever supervises it starts both again. All of Aeron's
     * time-outs mean that: driver and client lose each other too when this process stands still for ten seconds.
     */
    private void onAeronError(Throwable error) {
        onHousekeepingError(error);
        if (error instanceof TimeoutException) {
            driverLost = true;
            onFailure.run();
        }
    }

    /** Sees to where the regions belong, and says how they are opened or made. */
    private Callable<List<RegionStore>> prepareFolder() throws IOException {
        folder.placeRegions(configuration.regionDir());
        if (folder.isFormatUnfinished()) {
            folder.discardUnfinished();
        }
        folder.giveUpTornRegions(configuration, log::write);
        keep(folder.openOnDisk(PersistentMode.of(configuration) == PersistentMode.DAX));
        int formatted = folder.formattedShards();
        int journaled = folder.journaledShards();
        if (formatted != 0 && formatted != configuration.shards() && journaled <= formatted) {
            throw new RegionStore.RegionRefusedException(folder.regionFile(0).getParent() + ": formatted for "
                    + formatted + " shards and the configuration has shards=" + configuration.shards()
                    + "; set it back, or start with --fresh, which discards what is there");
        }
        boolean isBegun = journaled < formatted; // a start was cut short that gave regions their first journals
        if (journaled != 0 && journaled != configuration.shards() && !isBegun) {
            throw new RegionStore.RegionRefusedException(folder.journalFolder(0).getParent() + ": the journal is of "
                    + journaled + " shards and the configuration has shards=" + configuration.shards()
                    + "; set it back, or start with --fresh, which discards what is there");
        }
        return () -> openRegions(formatted == 0);
    }

    private List<RegionStore> openRegions(boolean formats) throws IOException {
        if (formats) {
            folder.beginFormat();
        }
        List<RegionStore> opened = new ArrayList<>();
        PersistentPlace persistent = persistentPlace();
        boolean journals = configuration.get(Option.JOURNAL) == 1;
        if (!SegmentJournal.isFileLength(configuration.get(Option.JOURNAL_FILE_BYTES))) {
            throw new ConfigurationException("journal-file-bytes="
                    + Option.JOURNAL_FILE_BYTES.format(configuration.get(Option.JOURNAL_FILE_BYTES))
                    + " is no multiple of 2m");
        }
        if (!journals && folder.journaledShards() > 0) {
            throw new ConfigurationException(
                    "journal=off, and " + folder.journalFolder(0).getParent()
                            + " holds a journal, which would fall behind; set journal=on, or start with --fresh, which discards it");
        }
        try {
            for (int i = 0; i < configuration.shards(); i++) {
                ShardJournal journal = journals ? openJournal(i, persistent) : null;
                RegionStore region = journals ? journal.region() : openRegion(i, persistent);
                opened.add(region);
                keepResident(region, i);
                freeAnonymous(region.engine(), journal);
            }
            if (formats) {
                folder.endFormat();
            }
        } catch (IOException | RuntimeException | Error e) {
            for (RegionStore region : opened) {
                region.close();
            }
            for (ShardJournal journal : journalsOpened) {
                closeBeside(journal, e);
            }
            journalsOpened.clear();
            throw e;
        }
        return opened;
    }

    /** A gating recorder's trail lacks nothing: what an earlier run left in the ring is recorded before the ring is written to. */
    private void completeAudit() throws IOException {
        if (AuditMode.of(configuration) == AuditMode.GATING && folder.formattedShards() > 0) {
            AuditRecorder.recordWhatIsLeft(folder.folder(), log::write);
        }
    }

    /** Before any session changes anything; a lossy one is not waited for, and what is wrong with it is in the log. */
    private void startAudit(AeronUpkeep upkeep) throws IOException {
        AuditMode mode = AuditMode.of(configuration);
        if (mode == AuditMode.OFF) {
            return;
        }
        int consumer = AuditRecorder.NOBODY;
        if (mode == AuditMode.GATING) {
            for (RegionStore region : regions) { // the same in each: all have as many before it
                consumer = region.engine().log().addConsumer("audit", MutationLog.GATING);
            }
        }
        AuditRecorder recorder = keep(new AuditRecorder(folder.folder(), consumer, log::write));
        recorder.start();
        if (mode == AuditMode.GATING) {
            recorder.awaitRecording(upkeep::turn);
        }
    }

    private static void closeBeside(ShardJournal journal, Throwable fault) {
        try {
            journal.close();
        } catch (IOException | RuntimeException e) {
            fault.addSuppressed(e);
        }
    }

    /** Where regions are in persistent memory, or null. */
    private PersistentPlace persistentPlace() throws IOException {
        PersistentPlace place = switch (PersistentMode.of(configuration)) {
            case OFF -> null;
            case DAX -> PersistentPlace.dax();
            case EMULATED -> PersistentPlace.emulated();
        };
        persistentMemory = Optional.ofNullable(place).map(PersistentPlace::describe);
        persistentMemory.ifPresent(log::write);
        return place;
    }

    private RegionStore openRegion(int shard, PersistentPlace persistent) throws IOException {
        BeforeEpoch members = members(shard).apply(ringEnd -> {});
        return RegionStore.open(folder.regionFile(shard), configuration.sizing(), shard, region -> members, persistent);
    }

    /** Those of a shard are asked before its epoch is opened. */
    private UnaryOperator<BeforeEpoch> members(int shard) {
        return entrances.isEmpty() ? UnaryOperator.identity() : entrances.get(shard)::before;
    }

    private void openEntrances() throws IOException {
        for (int i = 0; configuration.membership() != null && i < configuration.shards(); i++) {
            entrances.add(keep(new Entrance(configuration, i)));
        }
    }

    private ShardJournal openJournal(int shard, PersistentPlace persistent) throws IOException {
        ShardJournal journal = ShardJournal.open(new ShardJournal.Place(
                folder.regionFile(shard),
                configuration.sizing(),
                shard,
                new JournalFolder(folder.journalFolder(shard)),
                configuration.get(Option.JOURNAL_FILE_BYTES),
                configuration.get(Option.FORCE_INTERVAL),
                new SnapshotFolder(folder.snapshotFolder(shard), 3 * configuration.get(Option.JOURNAL_FILE_BYTES)),
                configuration.get(Option.SNAPSHOT_INTERVAL),
                new Retention(
                        configuration.get(Option.JOURNAL_KEEP_TIME), configuration.get(Option.JOURNAL_KEEP_BYTES)),
                persistent,
                members(shard),
                log::write,
                log::loud));
        journalsOpened.add(journal);
        if (journal.tornBytes() > 0) {
            log.write("journal of shard " + shard + ": " + journal.tornBytes()
                    + " bytes behind its end were on their way when the power went, and are dropped");
        }
        return journal;
    }

    /** Of sessions that are no more; the journal must not fall a ring behind. */
    private static void freeAnonymous(ShardEngine engine, ShardJournal journal) throws IOException {
        while (engine.freeAnonymous(MOST_FREED) > 0) {
            if (journal != null) {
                journal.follow();
            }
            if (engine.writeBack() != null) {
                engine.writeBack().finish();
            }
        }
    }

    private void take(List<RegionStore> opened) throws IOException {
        journalsOpened.forEach(this::keep);
        for (RegionStore region : opened) { // all, before anything can fail: nobody else closes them now
            regions.add(keep(region));
        }
        for (int i = 0; i < opened.size(); i++) {
            counters.add(CountersFile.create(folder.countersFile(i)));
            counters.get(i).set(Counter.PERSISTENT_MEMORY, configuration.get(Option.PERSISTENT_MEMORY));
        }
    }

    /** Wishes to the kernel; what it did not grant costs only the tail, and the log says what to do. */
    private void keepResident(RegionStore region, int shard) {
        log.write("memory of shard " + shard + ": "
                + ResidentMemory.keepOutOfDumps(region.mapping()).what());
        if (configuration.get(Option.HUGE_PAGES) == 1) {
            log.write("memory of shard " + shard + ": "
                    + ResidentMemory.preferHugePages(region.mapping()).what());
        }
        if (configuration.get(Option.LOCK_MEMORY) == 1) {
            log.write("memory of shard " + shard + ": "
                    + ResidentMemory.lock(region.mapping()).what());
        }
    }

    private ShardRuntime.Place place(int shard) throws IOException {
        RegionStore region = regions.get(shard);
        return new ShardRuntime.Place(
                region.engine(),
                region.segment(),
                folder.regionFile(shard),
                SessionProtocol.requestStreamId(shard),
                configuration.namespaces(),
                configuration.namespaces().of(shard).route(),
                cores.shardCore(shard),
                counters.get(shard),
                openStalls(shard),
                new SessionList(folder.sessionsFile(shard)),
                remoteAccess.isEmpty() ? RemoteAccess.NONE : remoteAccess.get(shard),
                replicas == null ? MirrorState.NONE : replicas.state(shard));
    }

    private void openReplicas() throws IOException {
        if (configuration.membership() != null) {
            replicas = keep(Replicas.open(
                    configuration,
                    regions,
                    List.copyOf(entrances),
                    folder.folder().toAbsolutePath().toString(),
                    this::recheckConsumers,
                    onFailure,
                    log::write,
                    log::loud));
        }
    }

    private void recheckConsumers(int shard) {
        ShardEngine engine = regions.get(shard).engine();
        shards.tell(shard, (agent, nowNs) -> engine.log().recheckConsumers());
    }

    /** Whether another member has taken over. */
    public boolean isDeposed() {
        return replicas != null && replicas.isDeposed();
    }

    private void openRemoteMemory() throws IOException {
        if (configuration.fabric().isEmpty()) {
            return;
        }
        RemoteMemory remote = RemoteMemory.open(configuration, log::write);
        if (remote == null) {
            return;
        }
        keep(remote);
        for (int i = 0; i < regions.size(); i++) {
            remoteAccess.add(remote.show(regions.get(i).segment(), folder.regionFile(i)));
        }
        remote.start();
    }

    /** A new file; readers of an older one keep the old one. */
    private StallRing openStalls(int shard) throws IOException {
        Files.deleteIfExists(folder.stallsFile(shard));
        return new StallRing(keep(MappedFile.create(folder.stallsFile(shard), StallRing.LENGTH))
                .segment());
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private MediaDriver launchDriver() {
        return MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(folder.aeronFolder().toString())
                .threadingMode(cores.driverInShard() ? ThreadingMode.INVOKER : ThreadingMode.SHARED)
                .sharedThreadFactory(this::besideTheShards)
                .sharedIdleStrategy(new BackoffIdleStrategy(1_000, 100, 1_000, 100_000))
                .counterValuesBufferLength(configuration.udp() == null ? COUNTERS_LENGTH : UDP_COUNTERS_LENGTH)
                // by UDP a lane that ended keeps its place until its image is given up; a silent session is gone as
                // soon
                .imageLivenessTimeoutNs(configuration.get(Option.LIVENESS_TIMEOUT))
                .publicationConnectionTimeoutNs(
                        Math.max(CONNECTION_TIMEOUT_NS, configuration.get(Option.LIVENESS_TIMEOUT)))
                .publicationLingerTimeoutNs(PUBLICATION_LINGER_NS)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false)
                .errorHandler(this::onHousekeepingError));
    }

    private Thread besideTheShards(Runnable task) {
        return new Thread(() -> {
            keepOffTheShards();
            task.run();
        });
    }

    private void keepOffTheShards() {
        if (!cores.shardCores().isEmpty()) {
            ThreadPinning.keepTo(cores.otherCores());
        }
    }

    private static void rethrow(Throwable error) {
        if (error instanceof RuntimeException runtime) {
            throw runtime;
        }
        throw new AssertionError(error);
    }

    private void onError(Throwable error) {
        onHousekeepingError(error);
        if (hasFailed()) {
            onFailure.run();
        }
    }

    private void onHousekeepingError(Throwable error) {
        if (!counters.isEmpty()) {
            counters.get(0).increment(Counter.ERRORS);
        }
        if (errors != null && !errors.record(error)) {
            log.write("the error log is full");
        }
        log.write("error: " + error);
        for (StackTraceElement frame : error.getStackTrace()) {
            log.write("    at " + frame);
        }
        Throwable cause = error.getCause();
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            log.write("    because of " + cause);
            cause = cause.getCause();
        }
    }

    /** A shard failed or the media driver is gone, and the appliance cannot go on. */
    public boolean hasFailed() {
        return driverLost || (shards != null && shards.hasFailed());
    }

    public List<RegionStore> regions() {
        return List.copyOf(regions);
    }

    /** Puts a note into a shard's mailbox; false when it is full. */
    boolean tell(int shard, ShardAgent.Command command) {
        return shards.tell(shard, command);
    }

    public CountersFile counters(int shard) {
        return counters.get(shard);
    }

    /** Ends every session with a reason, stops all threads, removes the Aeron files and keeps the region. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            if (part == log) {
                log.write("stopped");
            }
            try {
                part.close();
            } catch (Exception e) {
                System.err.println("while stopping: " + e);
            }
        }
    }
}
