package io.needletail.engine;

import io.needletail.pmem.PersistentMemory;
import io.needletail.registry.RegionFormatter;
import io.needletail.registry.RetryTable;
import io.needletail.registry.StoreProbe;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.SlotLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.ScratchRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A shard in simulated persistent memory that takes random operations, and at every store, flush and fence on the way the power goes: an
 * image of what the medium may have then is recovered, sometimes killed and recovered again, and looked at. What was done is there, what
 * is under way is there whole or not at all.
 */
final class PowerLossRun implements AutoCloseable {
    /** The shard that the power was taken from did not come back as it should. */
    static final class Violation extends AssertionError {
        private static final long serialVersionUID = 1L;

        Violation(String what) {
            super(what);
        }
    }

    /** Recovery was killed. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    private static final RegionSizing SIZING = ScratchRegion.sizing(256, 32, 1 << 20);
    private static final long CLIENT = 4711;
    private static final int WINDOW = 64;
    /** No status. */
    private static final int KILLED = -1;

    /** In place of a deadline, where 0 is an entry without one. */
    private static final long NO_ENTRY = -1;

    private static final Key EXPIRES = new Key("expires");
    private static final long HOUR_NS = 3_600_000_000_000L;

    private final Arena arena = Arena.ofConfined();
    private final SplittableRandom random;
    private final ShardOracle oracle;
    private final PowerLossPlant plant;
    private final LongSet states;
    private final RegionLayout layout;
    private final MemorySegment memory;
    private final MemorySegment medium;
    private final MemorySegment image;
    private final MemorySegment imageMedium;
    private final SimPmem sim;
    private final SimPmem imageSim;
    /** Lines of the image that are not what the medium has. */
    private final BitSet imageVaried = new BitSet();

    private final List<Key> keys = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();
    private final Entry found = new Entry(640);
    private final Value number = new Value(Long.BYTES);

    private ShardEngine engine;
    private boolean isLooking;
    private boolean isWritingBack;
    private boolean isUnwatched;
    private long events;
    private long operations;
    private long mediumDigest;
    private final long[] lineDigests;

    // What may be found.
    private long stateBefore;
    private long stateAfter;
    private final Set<Long> statesBetween = new HashSet<>();
    private long request;
    private boolean[] wasApplied = new boolean[WINDOW + 2];
    private boolean requestChanges;
    private long anonymous = Handle.NULL;
    private long counterBefore;
    private long counterAfter;
    private long deadlineBefore = NO_ENTRY;
    private long deadlineAfter = NO_ENTRY;
    private long expiringBefore;
    private long expiringAfter;
    private long lastSequence;
    private long timeNs;

    PowerLossRun(long seed, PowerLossPlant plant, LongSet states) {
        this.plant = plant;
        this.states = states;
        random = new SplittableRandom(seed);
        oracle = ShardOracle.withBatches(seed);
        layout = new RegionLayout(SIZING);
        memory = allocate();
        RegionFormatter.format(memory, SIZING, new RegionFormatter.Identity(seed, ~seed, 0, seed * 31, seed + 7, 0));
        medium = allocate();
        image = allocate();
        imageMedium = allocate();
        sim = new SimPmem(memory, medium);
        imageSim = new SimPmem(image, imageMedium);
        for (SimPmem each : List.of(sim, imageSim)) {
            long directory = layout.directoryOffset();
            each.ignore(directory, layout.slabOffset(0) - directory); // made anew at every start
        }
        lineDigests = new long[(int) (memory.byteSize() / SimPmem.LINE)];
        for (String name : ShardOracle.allKeys()) {
            places.put(name, keys.size());
            keys.add(new Key(name));
        }
    }

    private MemorySegment allocate() {
        return arena.allocate(RegionFormatter.lengthBytes(SIZING), RegionLayout.PAGE_LENGTH);
    }

    /** Store, flush and fence events at which the power went. */
    long events() {
        return events;
    }

    /** Operations that were done on the way. */
    long operations() {
        return operations;
    }

    /** The same, and the power does not go. */
    void runUnwatched(int count, boolean startsAtSegmentEnd) {
        isUnwatched = true;
        run(count, startsAtSegmentEnd);
        StoreProbe.install(this::beforeStore);
        count(); // the last change of all: one line
        StoreProbe.remove();
        takeMedium();
    }

    /** Formats, attaches and does so many operations, with a restart now and then. */
    void run(int count, boolean startsAtSegmentEnd) {
        ShardEngine.persist(memory, view(sim, memory));
        sim.settle(0, memory.byteSize());
        takeMedium();
        copyMedium();
        StoreProbe.install(this::beforeStore);
        try {
            start();
            if (startsAtSegmentEnd) {
                fillSegment();
            }
            for (int i = 0; i < count; i++) {
                step();
                if (i % 25 == 24) {
                    start();
                }
            }
        } finally {
            StoreProbe.remove();
        }
    }

    /** What comes of an image of the medium in which a bit has turned over; nothing else is lost. */
    enum Turned {
        REFUSED,
        AS_IT_WAS,
        /** Without the last change, which cannot be told from one that was under way. */
        WITHOUT_THE_LAST,
        /** Without the last two, which both count up. */
        WITHOUT_THE_LAST_TWO
    }

    /** The offset of a position of the log in the region. */
    long offsetOf(long position) {
        return layout.ringOffset() + position % layout.sizing().ringLength();
    }

    /** Position of the segment that recovery begins in. */
    long redoBase() {
        RedoLine redo = new RedoLine(engine.registry(), sim);
        redo.load();
        return RingSegment.baseOf(redo.start());
    }

    long ringEnd() {
        return engine.log().position();
    }

    RegionLayout layout() {
        return layout;
    }

    Turned turn(long offset, int bit) {
        return damage(
                offset,
                true,
                () -> image.set(
                        ValueLayout.JAVA_BYTE, offset, (byte) (image.get(ValueLayout.JAVA_BYTE, offset) ^ 1 << bit)));
    }

    /**
     * What comes of an image in which the content of a line is gone, and something else stands there. A client's last request may not be
     * known any more: a line of its entry that is gone is not told from one that was torn.
     */
    Turned poison(long offset, long poison) {
        return damage(offset, false, () -> {
            for (long at = 0; at < SimPmem.LINE; at += Long.BYTES) {
                image.set(ValueLayout.JAVA_LONG, offset - offset % SimPmem.LINE + at, poison);
            }
        });
    }

    private Turned damage(long offset, boolean looksAtRequests, Runnable done) {
        isLooking = true;
        StoreProbe.install(this::beforeStore);
        try {
            copyMedium();
            for (int line = sim.unsettled().nextSetBit(0);
                    line >= 0;
                    line = sim.unsettled().nextSetBit(line + 1)) {
                put(line, sim.lose(line, SimPmem.Loss.ALL, random));
                imageVaried.set(line);
            }
            int line = (int) (offset / SimPmem.LINE);
            imageVaried.set(line);
            done.run();
            settleImage();
            return whatComesOf(looksAtRequests);
        } finally {
            StoreProbe.remove();
            isLooking = false;
        }
    }

    private Turned whatComesOf(boolean looksAtRequests) {
        if (RegionHeader.validate(image) != RegionFault.NONE) {
            return Turned.REFUSED;
        }
        ShardEngine recovered = ShardEngine.attach(image, view(imageSim, image), ringEnd -> {});
        if (!recovered.report().isWhole()) {
            return Turned.REFUSED;
        }
        long counter =
                recovered.get(anonymous, found) == Status.OK ? found.value().getLong(0) : 0;
        if (stateOf(recovered) != stateAfter || counter < counterAfter - 2) {
            throw new Violation("a wrong state is served");
        }
        lookAtDeadline(recovered);
        if (looksAtRequests) {
            lookAtRequests(recovered.registry().retries(), true);
        }
        return counter == counterAfter
                ? Turned.AS_IT_WAS
                : counter == counterAfter - 1 ? Turned.WITHOUT_THE_LAST : Turned.WITHOUT_THE_LAST_TWO;
    }

    @Override
    public void close() {
        arena.close();
    }

    private PersistentMemory view(SimPmem simulated, MemorySegment of) {
        return plant.memory(simulated, layout, of.address());
    }

    private void beforeStore(long address, long lengthBytes) {
        if (isLooking) {
            imageSim.beforeStore(address, lengthBytes);
        } else {
            sim.beforeStore(address, lengthBytes);
        }
    }

    /** A process that comes after another, which was killed or not; the memory is as it was. */
    private void start() {
        sim.atEvent(this::powerGoes);
        engine = null; // the one before has gone
        sim.serves(false);
        engine = ShardEngine.attach(memory, view(sim, memory), ringEnd -> {});
        if (!engine.report().isWhole()) {
            throw new Violation("a restart: " + engine.report().explain());
        }
        engine.serve();
        sim.serves(true);
        engine.registerClient(CLIENT, CLIENT);
        lastSequence = engine.lastRecorded();
    }

    private void step() {
        if (Loads.getLong(engine.log().consumerAddress(0))
                < RingSegment.baseOf(engine.log().position())) {
            writeBack(); // the smallest ring has no room for a third segment
        }
        oracle.draw();
        Map<String, byte[]> after = oracle.expectedAfter();
        stateBefore = digest(oracle.expected());
        stateAfter = digest(after);
        statesBetween.clear();
        oracle.expectedBetween().forEach(state -> statesBetween.add(digest(state)));
        if (!statesBetween.isEmpty()) {
            happened(oracle.apply(engine)); // a batch is no request: each of its changes may be made again
            count();
            return;
        }
        long client = engine.registerClient(CLIENT, CLIENT);
        request++;
        requestChanges = false;
        long sequence = engine.sequence();
        engine.beginRequest((int) client, request);
        requestChanges = true;
        int status = random.nextInt(10) == 0 ? applyOrDie() : oracle.apply(engine);
        if (status == KILLED) {
            goOnAfterAKill();
            return;
        }
        engine.endRequest();
        happened(status);
        noteRequest(engine.sequence() > sequence);
        count();
        expireOne();
        if (plant == PowerLossPlant.THE_RING_IS_REUSED_EARLY && operations > 10) {
            overrunTheWriteBack();
        }
        if (random.nextInt(6) == 0) {
            writeBack();
        }
        lastSequence = engine.lastRecorded();
    }

    private void happened(int status) {
        statesBetween.clear(); // from here on all of a batch is there
        operations++;
        if (status != oracle.expectedStatus()) {
            throw new Violation("status=" + Status.name(status) + " expected=" + Status.name(oracle.expectedStatus()));
        }
        oracle.happened(engine);
        stateBefore = stateAfter;
        lastSequence = engine.lastRecorded();
    }

    /** The process is killed before one of its stores, flushes or fences; the memory is kept, and what was not fenced is not on the medium. */
    private int applyOrDie() {
        int[] left = {1 + random.nextInt(40)};
        sim.atEvent(() -> {
            if (--left[0] == 0) {
                throw new Killed();
            }
        });
        try {
            return oracle.apply(engine);
        } catch (Killed killed) {
            return KILLED;
        } finally {
            sim.atEvent(this::powerGoes);
        }
    }

    /** The next process finds the change or does not; the power goes while it looks. */
    private void goOnAfterAKill() {
        start();
        RetryTable retries = engine.registry().retries();
        boolean happened = retries.lastRequest(retries.find(CLIENT, CLIENT)) == request;
        if (happened) {
            oracle.happened(engine);
            stateBefore = stateAfter;
        }
        stateAfter = stateBefore;
        noteRequest(happened);
        if (stateOf(engine) != stateAfter) {
            throw new Violation("a process that was killed left another state");
        }
    }

    private void noteRequest(boolean changed) {
        System.arraycopy(wasApplied, 0, wasApplied, 1, WINDOW + 1);
        wasApplied[0] = changed;
        if (!changed) { // a request that changes nothing leaves no trace: its number is used again
            System.arraycopy(wasApplied, 1, wasApplied, 0, WINDOW + 1);
            request--;
        }
        requestChanges = false;
    }

    /** An anonymous entry that counts up. */
    private void count() {
        if (anonymous == Handle.NULL) {
            engine.allocate(found);
            anonymous = found.handle();
        }
        counterAfter = counterBefore + 1;
        number.resize(Long.BYTES);
        number.putLong(0, counterAfter);
        if (engine.put(anonymous, number, found) != Status.OK) {
            throw new Violation("the counter was refused");
        }
        counterBefore = counterAfter;
        operations++;
    }

    /** An entry that gets a deadline, gets another one, and goes. */
    private void expireOne() {
        if (random.nextInt(4) != 0) {
            return;
        }
        if (deadlineBefore != NO_ENTRY && random.nextInt(3) == 0) {
            deadlineAfter = NO_ENTRY;
            timeNs = Math.max(timeNs, deadlineBefore);
            engine.advanceTime(timeNs);
            engine.expire(8);
        } else {
            long ttlNs = 1 + random.nextLong(HOUR_NS);
            engine.advanceTime(++timeNs);
            deadlineAfter = timeNs + ttlNs;
            boolean touches = deadlineBefore != NO_ENTRY && random.nextBoolean();
            expiringAfter = touches ? expiringBefore : number.getLong(0);
            int status = touches ? engine.touch(EXPIRES, ttlNs, found) : engine.putFor(EXPIRES, ttlNs, number, found);
            if (status != Status.OK) {
                throw new Violation("no deadline: " + Status.name(status));
            }
        }
        deadlineBefore = deadlineAfter;
        expiringBefore = expiringAfter;
        lookAtDeadline(engine);
        operations++;
    }

    private void lookAtDeadline(ShardEngine recovered) {
        int status = recovered.get(EXPIRES, found);
        long deadline = NO_ENTRY;
        long value = 0;
        if (status == Status.OK) {
            long slot = Handle.slot(found.handle());
            deadline = SlotLayout.hasDeadline(recovered.registry().word(slot))
                    ? recovered.sweep().deadlineOf(slot)
                    : 0;
            value = found.value().getLong(0);
        }
        boolean isBefore = deadline == deadlineBefore && (deadline == NO_ENTRY || value == expiringBefore);
        boolean isAfter = deadline == deadlineAfter && (deadline == NO_ENTRY || value == expiringAfter);
        if (!isBefore && !isAfter) {
            throw new Violation("a deadline is " + deadline + ", not " + deadlineBefore + " or " + deadlineAfter
                    + ", of value " + value + ", not " + expiringBefore + " or " + expiringAfter);
        }
    }

    private void writeBack() {
        isWritingBack = true;
        sim.thread(1);
        engine.writeBack().finish();
        sim.thread(0);
        isWritingBack = false;
    }

    /** Up to the last lines of a segment, unwatched: what is behind is on the medium. The write-back lets the ring go on. */
    private void fillSegment() {
        isLooking = true;
        Key key = new Key("filler");
        engine.put(key, number, found);
        long handle = found.handle();
        long left = (1 + random.nextInt(4)) * 64L;
        boolean isSecond = random.nextBoolean();
        while ((engine.log().position() & (RingSegment.LENGTH - 1)) != RingSegment.LENGTH - left || isSecond) {
            isSecond &= engine.log().position() < RingSegment.LENGTH;
            if (engine.put(handle, number, found) == Status.BACK_PRESSURED) {
                engine.writeBack().finish();
            }
        }
        engine.writeBack()
                .finish(); // or a start applies tens of thousands of records again, with a crash point at each store
        isLooking = false;
        imageSim.forget();
        sim.settle(0, memory.byteSize());
    }

    /** The ring goes on over what has not been written back. */
    private void overrunTheWriteBack() {
        isLooking = true;
        Key key = new Key("filler");
        long end = engine.log().position() + layout.sizing().ringLength();
        while (engine.log().position() < end) {
            if (engine.put(key, number, found) == Status.BACK_PRESSURED) {
                Stores.putLongRelease(
                        engine.log().consumerAddress(0), engine.log().position());
            }
        }
        isLooking = false;
        sim.settle(layout.ringOffset(), layout.sizing().ringLength());
    }

    private void powerGoes() {
        if (isLooking || isUnwatched) {
            return;
        }
        events++;
        isLooking = true;
        try {
            loseAndRecover();
            if (engine != null && !isWritingBack && random.nextInt(32) == 0) {
                isLooking = false;
                sim.atEvent(() -> {});
                writeBack(); // beside the owner, wherever that is
                sim.atEvent(this::powerGoes);
            }
        } finally {
            isLooking = false;
        }
    }

    private void loseAndRecover() {
        takeMedium();
        copyMedium();
        long digest = vary(sim);
        if (!states.add(digest)) {
            return;
        }
        plant.beforeRecovery(image);
        if (random.nextInt(4) == 0) {
            killRecovery(random.nextInt(1, 60));
        }
        imageSim.atEvent(() -> {});
        look(ShardEngine.attach(image, view(imageSim, image), ringEnd -> {}));
    }

    /** Stops a recovery before one of its stores, flushes or fences, and takes the power again. */
    private void killRecovery(int atEvent) {
        int[] left = {atEvent};
        imageSim.atEvent(() -> {
            if (--left[0] == 0) {
                throw new Killed();
            }
        });
        try {
            ShardEngine.attach(image, view(imageSim, image), ringEnd -> {});
        } catch (Killed killed) {
            BitSet unsettled = (BitSet) imageSim.unsettled().clone();
            for (int line = unsettled.nextSetBit(0); line >= 0; line = unsettled.nextSetBit(line + 1)) {
                imageVaried.set(line);
                put(line, imageSim.lose(line, SimPmem.Loss.ANY, random));
            }
        }
        imageVaried.or(imageSim.touched());
        imageSim.forget();
        settleImage();
    }

    private void settleImage() {
        for (int line = imageVaried.nextSetBit(0); line >= 0; line = imageVaried.nextSetBit(line + 1)) {
            SimPmem.write(imageMedium, line, SimPmem.read(image, line));
        }
    }

    private void takeMedium() {
        BitSet changed = sim.takeChanged();
        imageVaried.or(changed);
        for (int line = changed.nextSetBit(0); line >= 0; line = changed.nextSetBit(line + 1)) {
            if (counts(line)) {
                mediumDigest -= lineDigests[line];
                lineDigests[line] = SimPmem.digest(line, SimPmem.read(medium, line));
                mediumDigest += lineDigests[line];
            }
        }
    }

    /** Makes the image what the medium is. */
    private void copyMedium() {
        imageVaried.or(imageSim.touched());
        imageSim.forget();
        for (int line = imageVaried.nextSetBit(0); line >= 0; line = imageVaried.nextSetBit(line + 1)) {
            put(line, SimPmem.read(medium, line));
        }
        imageVaried.clear();
    }

    private void put(int line, long[] words) {
        SimPmem.write(image, line, words);
        SimPmem.write(imageMedium, line, words);
    }

    /** Takes of every line that is not settled what the medium may have; the digest of the image that results. */
    private long vary(SimPmem from) {
        int mode = random.nextInt(8);
        int oneIn = 1 + random.nextInt(4);
        SimPmem.Loss rest = random.nextBoolean() ? SimPmem.Loss.ALL : SimPmem.Loss.NOTHING;
        long digest = mediumDigest;
        BitSet unsettled = from.unsettled();
        for (int line = unsettled.nextSetBit(0); line >= 0; line = unsettled.nextSetBit(line + 1)) {
            SimPmem.Loss loss = mode == 0
                    ? SimPmem.Loss.ALL
                    : mode == 1 ? SimPmem.Loss.NOTHING : random.nextInt(oneIn) == 0 ? SimPmem.Loss.ANY : rest;
            long[] words = from.lose(line, loss, random);
            put(line, words);
            imageVaried.set(line);
            digest += counts(line) ? SimPmem.digest(line, words) - lineDigests[line] : 0;
        }
        return digest;
    }

    /** Lines by which images are told apart: of the live ones only those that are read again. */
    private static boolean counts(int line) {
        long offset = (long) line * SimPmem.LINE;
        return offset >= RegionLayout.REDO_OFFSET;
    }

    private void look(ShardEngine recovered) {
        if (!recovered.report().isWhole()) {
            throw new Violation(recovered.report().explain());
        }
        long state = stateOf(recovered);
        if (state != stateBefore && state != stateAfter && !statesBetween.contains(state)) {
            throw new Violation("neither before nor after: "
                    + ShardOracle.printable(ShardOracle.stateOf(recovered, ShardOracle.allKeys())));
        }
        if (recovered.report().firstVersion() <= lastSequence) {
            throw new Violation("sequences begin again at " + recovered.report().firstVersion());
        }
        lookAtRequests(recovered.registry().retries(), state == stateAfter);
        lookAtCounter(recovered);
        lookAtDeadline(recovered);
    }

    private void lookAtRequests(RetryTable retries, boolean mayBeAfter) {
        int entry = retries.find(CLIENT, CLIENT);
        if (entry == RetryTable.NONE) {
            if (request > 1) {
                throw new Violation("the client is not known any more");
            }
            return;
        }
        long last = retries.lastRequest(entry);
        long done = requestChanges ? request - 1 : request;
        boolean isUnderWay = requestChanges && last == request && mayBeAfter;
        if (last != done && !isUnderWay) {
            throw new Violation("the last request is " + last + ", not " + done);
        }
        long oldest = Math.max(1, last - WINDOW + 1);
        for (long each = oldest; each <= done; each++) {
            if (retries.wasApplied(entry, each) != wasApplied[(int) (done - each)]) {
                throw new Violation("request " + each + " of " + done + " is not known");
            }
        }
    }

    private void lookAtCounter(ShardEngine recovered) {
        if (anonymous == Handle.NULL || counterAfter == 0) {
            return;
        }
        int status = recovered.get(anonymous, found);
        long counted = status == Status.OK ? found.value().getLong(0) : 0;
        if (counted != counterBefore && counted != counterAfter) {
            throw new Violation("counted to " + counterBefore + " and found " + counted + ": " + Status.name(status));
        }
    }

    private long stateOf(ShardEngine recovered) {
        long digest = 0;
        for (int i = 0; i < keys.size(); i++) {
            int status = recovered.get(keys.get(i), found);
            if (status == Status.OK) {
                digest += digest(i, found.value().array(), found.value().length());
            } else if (status == Status.ABSENT) {
                digest += digest(i, null, 0);
            } else if (status != Status.NOT_FOUND) {
                throw new Violation(keys.get(i) + ": " + Status.name(status));
            }
        }
        return digest;
    }

    private long digest(Map<String, byte[]> state) {
        long digest = 0;
        for (Map.Entry<String, byte[]> each : state.entrySet()) {
            byte[] value = each.getValue();
            digest += digest(places.get(each.getKey()), value, value == ShardOracle.ABSENT ? 0 : value.length);
        }
        return digest;
    }

    private static long digest(int key, byte[] value, int length) {
        long digest = (key + 1) * 0x9E37_79B9_7F4A_7C15L + (value == null ? -1 : length);
        for (int i = 0; i < length; i++) {
            digest = (digest ^ value[i]) * 0xE703_7ED1_A0B4_28DBL;
        }
        return digest ^ digest >>> 31;
    }
}
