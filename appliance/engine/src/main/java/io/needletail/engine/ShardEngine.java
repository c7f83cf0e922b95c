package io.needletail.engine;

import io.needletail.pmem.PersistentMemory;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.Prefetcher;
import io.needletail.registry.Registry;
import io.needletail.registry.RetryTable;
import io.needletail.registry.Slab;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Cache;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.EntryView;
import io.needletail.registry.view.EntryViews;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.RegionState;
import io.needletail.registry.view.ShortKeys;
import io.needletail.registry.view.SlotLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.lang.foreign.MemorySegment;

/**
 * One shard: decides what a command does, appends the record that says so, applies it. It is also the embedded tier, for an
 * application that shares the shard's thread. Single writer: every change asserts the owner thread. No clock, randomness,
 * thread or IO; the state after a command is a function of the state before and the record.
 */
public final class ShardEngine implements Cache {
    /** A hundred years. */
    public static final long MAX_TTL_NS = 100L * 365 * 24 * 3600 * 1_000_000_000L;

    private final Registry registry;
    private final LiveHeader live;
    private final MutationLog log;
    /** Of a region in persistent memory, else null. */
    private final WriteBack writeBack;

    private final RecordWriter writer;
    private final Applier applier;
    private final ExpirySweep sweep;
    private final ShortUpdate shortUpdate;
    private final BatchRunner batches;
    private final GroupRunner groups;
    private final EngineTime time = new EngineTime();
    private final Value number = new Value(Long.BYTES);
    private final int maxKeyLength;
    private final int maxValueLength;

    private final Entry expired = new Entry(0);
    private long expirations;
    private long maxExpiryLagNs;
    private long sequence;
    /** Of the last record before this epoch. */
    private long sequenceBefore;

    private AttachReport report;

    private ShardEngine(MemorySegment region, PersistentMemory memory) {
        registry = new Registry(region);
        live = registry.live();
        writeBack = memory == null ? null : new WriteBack(registry, memory);
        log = new MutationLog(registry, memory);
        writer = new RecordWriter(registry, log);
        applier = new Applier(registry, memory);
        sweep = new ExpirySweep(registry);
        shortUpdate = new ShortUpdate(registry, log, applier);
        batches = new BatchRunner(this);
        groups = new GroupRunner(registry, log, writer, applier, sweep);
        maxKeyLength = registry.header().sizing().maxKeyLength();
        maxValueLength = registry.header().sizing().maxValueLength();
    }

    /** The least version of the epoch that comes after one whose versions begin here. */
    public static long leastVersionBehind(long firstVersion) {
        return firstVersion + TakeOver.EPOCH_STRIDE;
    }

    /**
     * Takes a region over for a new epoch: replays what the ring holds beyond the applied position, checks every slot and
     * rebuilds what is derived. The region's header must be valid. The shard is RECOVERING until {@link #serve()}; when
     * the report shows a fault it must not be used.
     */
    public static ShardEngine attach(MemorySegment region) {
        return attach(region, ringEnd -> {});
    }

    /** The same; somebody who keeps the log elsewhere is given the time to take what is missing there. */
    public static ShardEngine attach(MemorySegment region, BeforeEpoch beforeEpoch) {
        return attach(region, null, beforeEpoch);
    }

    /**
     * The same of a region in persistent memory, where the power may have gone since: it begins with what was on the medium, whatever the
     * live lines say. Every change is on the medium before it is applied. Nothing is read of such a region that {@link #persist} has not
     * been called for.
     */
    public static ShardEngine attach(MemorySegment region, PersistentMemory memory, BeforeEpoch beforeEpoch) {
        ShardEngine engine = new ShardEngine(region, memory);
        TakeOver takeOver =
                new TakeOver(engine.registry, engine.log, engine.applier, engine.sweep, engine.writeBack, engine.time);
        engine.report = takeOver.run(beforeEpoch);
        engine.sequence = takeOver.sequence();
        engine.sequenceBefore = takeOver.sequenceBefore();
        return engine;
    }

    /** Brings a region that was formatted, or filled from elsewhere, to the medium; before it is attached to for the first time. */
    public static void persist(MemorySegment region, PersistentMemory memory) {
        WriteBack.begin(new Registry(region), memory);
    }

    /**
     * Makes the live lines of a region that was in persistent memory say what was on the medium; of another one nothing changes. For who looks at
     * them before it is attached to.
     */
    public static void restoreLive(MemorySegment region) {
        TakeOver.restoreLive(new Registry(region));
    }

    /**
     * Frees every anonymous entry. For a server that has just attached: the sessions they belonged to are gone, their handles
     * are of an older epoch, and there is no key to ask for. An application that embeds the engine keeps its own.
     *
     * @return how many there were
     */
    public long freeAnonymous() {
        return freeAnonymous(Long.MAX_VALUE);
    }

    /** The same for so many at most: what they take in the ring, a gating consumer must be able to hold. */
    public long freeAnonymous(long most) {
        long freed = 0;
        long keyedSlots = registry.header().sizing().keyedSlots();
        for (long slot = keyedSlots; slot < registry.slots() && freed < most; slot++) {
            if (SlotLayout.kind(registry.word(slot)) != SlotLayout.KIND_FREE) {
                int status = free(slot, RecordLayout.FREE, expired);
                assert status == Status.OK : "a consumer stalls: " + Status.name(status);
                freed++;
            }
        }
        return freed;
    }

    public AttachReport report() {
        return report;
    }

    /**
     * The entry of the retry table of a client that may repeat its requests, taking one for a client that is not known. It stays
     * the client's while it is connected, see {@link RetryTable#connected}.
     *
     * @return the entry, {@link RetryTable#NONE} when all belong to clients that are connected, or a consumer of the log stalls
     */
    public int registerClient(long clientHigh, long clientLow) {
        RetryTable retries = registry.retries();
        int known = retries.find(clientHigh, clientLow);
        int entry = known != RetryTable.NONE ? known : retries.choose();
        if (known != RetryTable.NONE || entry == RetryTable.NONE) {
            return entry;
        }
        if (writer.writeSession(entry, sequence + 1, time.nowNs(), clientHigh, clientLow) != Status.OK) {
            return RetryTable.NONE;
        }
        sequence++;
        log.persist(sequence);
        applier.apply(writer.record());
        log.publish();
        return entry;
    }

    /** The changes from here on come from a request that its client may repeat; until {@link #endRequest()}. */
    public void beginRequest(int retryEntry, long request) {
        log.origin(RecordLayout.origin(retryEntry, request));
    }

    public void endRequest() {
        log.origin(0);
    }

    /** The sequence of the last change that was recorded, in this epoch or before: what a level can have come to. */
    public long lastRecorded() {
        return sequence < live.epochFirstVersion() ? sequenceBefore : sequence;
    }

    /** Opens the shard to readers. */
    public void serve() {
        assert registry.owner().isOwner();
        assert report.isWhole() : report.explain();
        live.state(RegionState.SERVING, report.epoch());
    }

    /** Closes the shard to readers; the region stays and is attached to again. */
    public void retreat() {
        live.state(RegionState.RECOVERING, report.epoch());
    }

    /** Stops the shard for good after a fault of its own: readers are told, nothing is written any more. */
    public void fail() {
        live.state(RegionState.FAILED, report.epoch());
    }

    /** Once a duty cycle: what the clock says now, in ns since 1970. */
    public void advanceTime(long clockNs) {
        time.advance(clockNs);
    }

    /** Makes the calling thread the next owner; the caller publishes the engine to it safely. */
    public void handOver() {
        registry.owner().release();
    }

    @Override
    public int get(long handle, Entry into) {
        return registry.get(handle, into);
    }

    /**
     * Shows a short value where it lies, without copying it, until the next call that changes any entry. Else {@link
     * Status#ABSENT}, {@link Status#STALE_HANDLE}, or {@link Status#VALUE_TOO_LONG} for one over 16 bytes: that one is read
     * into an {@link Entry}.
     */
    public int get(long handle, EntryView into) {
        return registry.get(handle, into);
    }

    /**
     * The same for a key of up to 16 bytes, given as its two words, zero beyond its length; {@link Status#NOT_FOUND} in place of
     * stale, and {@link Status#KEY_TOO_LONG} for a longer one: that is asked for as a {@link Key}.
     */
    public int get(long word0, long word1, int length, EntryView into) {
        return registry.get(word0, word1, length, into);
    }

    /**
     * The same for several handles, from an offset on, each with a status of its own.
     *
     * @throws IllegalArgumentException for more than {@value EntryViews#MAX_LENGTH}
     */
    public void get(long[] handles, int offset, int length, EntryViews into) {
        batches.get(handles, offset, length, into);
    }

    /** The same for several keys. */
    public void get(ShortKeys keys, EntryViews into) {
        registry.get(keys, into);
    }

    @Override
    public int get(long handle, int level, Entry into) {
        if (!Level.isLevel(level)) {
            return Status.INVALID_REQUEST;
        }
        int status = registry.get(handle, into);
        boolean read = status == Status.OK || status == Status.ABSENT;
        if (level == Level.MEMORY || !read || into.version() <= live.reached(level)) {
            return status;
        }
        if (level == Level.SYNCED) {
            log.wants(lastRecorded()); // the next time it is asked it shall be there
        }
        into.value().clear();
        return Status.NOT_YET;
    }

    @Override
    public int get(Key key, Entry into) {
        if (Registry.isInline(key.length())) {
            return registry.get(key.word0(), key.word1(), key.length(), into);
        }
        long slot = registry.find(key, registry.hash(key));
        return slot < 0 ? Status.NOT_FOUND : registry.getFound(slot, into);
    }

    @Override
    public int resolve(Key key, boolean create, Entry into) {
        int fault = keyFault(key);
        if (fault != Status.OK) {
            return fault;
        }
        long hash = registry.hash(key);
        long slot = registry.find(key, hash);
        if (slot >= 0) {
            return resolved(slot, into);
        }
        into.value().clear();
        return create ? create(key, hash, null, 0, into) : Status.NOT_FOUND;
    }

    /** {@link #resolve} of a key whose slot is known. */
    int resolved(long slot, Entry into) {
        assert registry.owner().isOwner();
        into.value().clear();
        return identify(slot, into);
    }

    @Override
    public int put(long handle, Value value, Entry into) {
        assert registry.owner().isOwner();
        int word = registry.liveWord(handle);
        if (word == Registry.NOT_LIVE) {
            return Status.STALE_HANDLE;
        }
        if (value.length() > maxValueLength) {
            return Status.VALUE_TOO_LONG;
        }
        return ShortUpdate.covers(word, value)
                ? updateShort(Handle.slot(handle), word, value, into)
                : update(Handle.slot(handle), value, into);
    }

    @Override
    public int put(Key key, Value value, Entry into) {
        return put(key, value, false, into);
    }

    @Override
    public int insert(Key key, Value value, Entry into) {
        return put(key, value, true, into);
    }

    @Override
    public int putIf(long handle, long expectedVersion, Value value, Entry into) {
        assert registry.owner().isOwner();
        return registry.isLive(handle)
                ? updateIf(Handle.slot(handle), expectedVersion, value, into)
                : Status.STALE_HANDLE;
    }

    @Override
    public int putIf(Key key, long expectedVersion, Value value, Entry into) {
        long slot = registry.find(key, registry.hash(key));
        return slot < 0 ? Status.NOT_FOUND : updateIf(slot, expectedVersion, value, into);
    }

    private int updateIf(long slot, long expectedVersion, Value value, Entry into) {
        if (value.length() > maxValueLength) {
            return Status.VALUE_TOO_LONG;
        }
        if (versionOf(slot) != expectedVersion) {
            into.value().clear();
            identify(slot, into);
            return Status.VERSION_CONFLICT;
        }
        return update(slot, value, into);
    }

    @Override
    public int add(long handle, long delta, Entry into) {
        assert registry.owner().isOwner();
        return registry.isLive(handle) ? addTo(Handle.slot(handle), delta, into) : Status.STALE_HANDLE;
    }

    @Override
    public int add(Key key, long delta, Entry into) {
        int fault = keyFault(key);
        if (fault != Status.OK) {
            return fault;
        }
        long hash = registry.hash(key);
        long slot = registry.find(key, hash);
        if (slot >= 0) {
            return addTo(slot, delta, into);
        }
        if (into.value().capacity() < Long.BYTES) {
            return Status.VALUE_TOO_LONG;
        }
        number.setInline(delta, 0, Long.BYTES);
        return answerNumber(create(key, hash, number, 0, into), into);
    }

    private int addTo(long slot, long delta, Entry into) {
        int kind = SlotLayout.kind(registry.word(slot));
        if (!Sums.isNumber(kind)) {
            return Status.NOT_A_NUMBER;
        }
        if (into.value().capacity() < Long.BYTES) {
            return Status.VALUE_TOO_LONG;
        }
        long before = Sums.numberAt(registry.slotAddress(slot), kind);
        if (Sums.overflows(before, delta)) {
            return Status.OVERFLOW;
        }
        number.setInline(before + delta, 0, Long.BYTES);
        return answerNumber(update(slot, number, deadlineOf(slot), into), into); // a sum keeps its deadline
    }

    private long deadlineOf(long slot) {
        return SlotLayout.hasDeadline(registry.word(slot)) ? sweep.deadlineOf(slot) : 0;
    }

    private int answerNumber(int status, Entry into) {
        if (status == Status.OK) {
            into.value().set(number);
        }
        return status;
    }

    @Override
    public int clear(long handle, Entry into) {
        assert registry.owner().isOwner();
        return registry.isLive(handle) ? clearValue(Handle.slot(handle), into) : Status.STALE_HANDLE;
    }

    @Override
    public int clear(Key key, Entry into) {
        long slot = registry.find(key, registry.hash(key));
        return slot < 0 ? Status.NOT_FOUND : clearValue(slot, into);
    }

    private int clearValue(long slot, Entry into) {
        int oldWord = registry.word(slot);
        if (SlotLayout.kind(oldWord) == SlotLayout.KIND_ABSENT) {
            return Status.ABSENT;
        }
        long oldBlock = Loads.getLong(registry.slotAddress(slot) + SlotLayout.VALUE_OFFSET);
        if (writer.writeClear(slot, sequence + 1, oldWord, time.nowNs()) != Status.OK) {
            return Status.BACK_PRESSURED;
        }
        commit(writer.record(), slot, into);
        if (SlotLayout.kind(oldWord) == SlotLayout.KIND_SLAB) {
            registry.freeBlock(oldBlock);
        }
        return Status.OK;
    }

    @Override
    public int putFor(long handle, long ttlNs, Value value, Entry into) {
        assert registry.owner().isOwner();
        if (!registry.isLive(handle)) {
            return Status.STALE_HANDLE;
        }
        if (!isTtl(ttlNs) || ttlNs == 0 || !registry.isKeyed(Handle.slot(handle))) {
            return Status.INVALID_REQUEST;
        }
        return value.length() > maxValueLength
                ? Status.VALUE_TOO_LONG
                : update(Handle.slot(handle), value, time.nowNs() + ttlNs, into);
    }

    @Override
    public int putFor(Key key, long ttlNs, Value value, Entry into) {
        int fault = keyFault(key);
        if (fault != Status.OK) {
            return fault;
        }
        if (!isTtl(ttlNs) || ttlNs == 0) {
            return Status.INVALID_REQUEST;
        }
        if (value.length() > maxValueLength) {
            return Status.VALUE_TOO_LONG;
        }
        long hash = registry.hash(key);
        long slot = registry.find(key, hash);
        return slot < 0
                ? create(key, hash, value, time.nowNs() + ttlNs, into)
                : update(slot, value, time.nowNs() + ttlNs, into);
    }

    @Override
    public int touch(long handle, long ttlNs, Entry into) {
        assert registry.owner().isOwner();
        if (!registry.isLive(handle)) {
            return Status.STALE_HANDLE;
        }
        boolean valid = isTtl(ttlNs) && registry.isKeyed(Handle.slot(handle));
        return valid ? touchSlot(Handle.slot(handle), ttlNs, into) : Status.INVALID_REQUEST;
    }

    @Override
    public int touch(Key key, long ttlNs, Entry into) {
        if (!isTtl(ttlNs)) {
            return Status.INVALID_REQUEST;
        }
        long slot = registry.find(key, registry.hash(key));
        return slot < 0 ? Status.NOT_FOUND : touchSlot(slot, ttlNs, into);
    }

    private int touchSlot(long slot, long ttlNs, Entry into) {
        long deadlineNs = ttlNs == 0 ? 0 : time.nowNs() + ttlNs;
        int status = writer.writeDeadline(slot, RecordLayout.TOUCH, sequence + 1, time.nowNs(), deadlineNs);
        if (status != Status.OK) {
            return status;
        }
        commit(writer.record(), slot, into);
        if (deadlineNs != 0) {
            sweep.note(slot, deadlineNs);
        }
        return Status.OK;
    }

    private static boolean isTtl(long ttlNs) {
        return ttlNs >= 0 && ttlNs <= MAX_TTL_NS;
    }

    /**
     * Frees entries whose deadline has passed, in at most {@code steps}, each of which finds one or frees one; a bounded number
     * of other slots is looked at. The shard's duty cycle calls it; an application that embeds the engine calls it as often as
     * it likes.
     *
     * @return how many were freed
     */
    public int expire(int steps) {
        if (!sweep.isUsed()) {
            return 0;
        }
        assert registry.owner().isOwner();
        sweep.beginTurn(steps);
        int freed = 0;
        for (int step = 0; step < steps; step++) {
            if (!sweep.lookAhead(time.nowNs())) {
                long slot = sweep.firstDue(time.nowNs());
                if (slot < 0 || !expireSlot(slot)) {
                    break;
                }
                freed++;
            }
        }
        expirations += freed;
        return freed;
    }

    /** Answers false when a consumer of the log stalls: later, then. */
    private boolean expireSlot(long slot) {
        long lagNs = time.nowNs() - sweep.deadlineOf(slot);
        if (free(slot, RecordLayout.EXPIRE, expired) != Status.OK) {
            return false;
        }
        maxExpiryLagNs = Math.max(maxExpiryLagNs, lagNs);
        return true;
    }

    /** Lets the sweep ask for what it will change; the engine does without. */
    public void prefetcher(Prefetcher prefetcher) {
        assert registry.owner().isOwner();
        sweep.prefetcher(prefetcher);
    }

    ExpirySweep sweep() {
        return sweep;
    }

    /** Entries freed for their deadline since the start. */
    public long expirations() {
        return expirations;
    }

    /** The longest that an entry was still there after its deadline, since the start. */
    public long maxExpiryLagNs() {
        return maxExpiryLagNs;
    }

    private int put(Key key, Value value, boolean onlyWithoutValue, Entry into) {
        int fault = keyFault(key);
        if (fault != Status.OK) {
            return fault;
        }
        if (value.length() > maxValueLength) {
            return Status.VALUE_TOO_LONG;
        }
        long hash = registry.hash(key);
        long slot = registry.find(key, hash);
        if (slot < 0) {
            return create(key, hash, value, 0, into);
        }
        if (onlyWithoutValue && SlotLayout.kind(registry.word(slot)) != SlotLayout.KIND_ABSENT) {
            identify(slot, into);
            return Status.EXISTS;
        }
        return update(slot, value, into);
    }

    @Override
    public int delete(long handle, Entry into) {
        assert registry.owner().isOwner();
        return registry.isLive(handle) ? free(Handle.slot(handle), RecordLayout.DELETE, into) : Status.STALE_HANDLE;
    }

    @Override
    public int delete(Key key, Entry into) {
        long slot = registry.find(key, registry.hash(key));
        return slot < 0 ? Status.NOT_FOUND : free(slot, RecordLayout.DELETE, into);
    }

    @Override
    public int allocate(Entry into) {
        assert registry.owner().isOwner();
        long slot = registry.peekAnonymous();
        if (slot < 0) {
            return Status.SLOTS_FULL;
        }
        int word = SlotLayout.word(registry.nextGeneration(slot), SlotLayout.KIND_ABSENT);
        long record = writer.writeLine(slot, RecordLayout.ALLOCATE, sequence + 1, word, time.nowNs(), 0, 0);
        if (record == MutationLog.REFUSED) {
            return Status.BACK_PRESSURED;
        }
        registry.takeAnonymous(slot);
        return commit(record, slot, into);
    }

    @Override
    public int get(Batch batch) {
        return batches.get(batch);
    }

    @Override
    public int resolve(Batch batch, boolean create) {
        return batches.resolve(batch, create);
    }

    @Override
    public int put(Batch batch) {
        return batches.put(batch);
    }

    @Override
    public int apply(Group group) {
        int status = groups.run(group, sequence, time.nowNs());
        sequence += groups.records();
        return status;
    }

    private int create(Key key, long hash, Value value, long deadlineNs, Entry into) {
        long slot = registry.peekKeyed();
        if (slot < 0) {
            return Status.SLOTS_FULL;
        }
        long lane = registry.reserveLane(hash);
        if (lane == 0) {
            return Status.DIRECTORY_FULL;
        }
        int status = writer.writeInsert(
                slot, sequence + 1, registry.nextGeneration(slot), time.nowNs(), key, value, deadlineNs);
        if (status != Status.OK) {
            return status;
        }
        if (deadlineNs != 0) {
            sweep.note(slot, deadlineNs);
        }
        registry.takeKeyed(slot, lane, hash);
        return commit(writer.record(), slot, into);
    }

    private int update(long slot, Value value, Entry into) {
        int word = registry.word(slot);
        return ShortUpdate.covers(word, value) ? updateShort(slot, word, value, into) : update(slot, value, 0, into);
    }

    private int updateShort(long slot, int word, Value value, Entry into) {
        assert live.epoch() == log.epoch() : "another epoch: " + live.epoch();
        long next = sequence + 1;
        if (!shortUpdate.run(slot, registry.slotAddress(slot), word, next, time.nowNs(), value)) {
            return Status.BACK_PRESSURED;
        }
        sequence = next;
        into.value().clear();
        into.identify(registry.handle(slot, word), next);
        return Status.OK;
    }

    /** A deadline of 0 is none, and takes away the one there was. */
    private int update(long slot, Value value, long deadlineNs, Entry into) {
        assert SlotLayout.kind(registry.word(slot)) != SlotLayout.KIND_FREE : "free: slot=" + slot;
        assert value.length() <= maxValueLength : "length=" + value.length();
        long address = registry.slotAddress(slot);
        int oldWord = registry.word(slot);
        long oldBlock = Loads.getLong(address + SlotLayout.VALUE_OFFSET);
        int generation = SlotLayout.generation(oldWord);
        int status = deadlineNs == 0 && !SlotLayout.hasDeadline(oldWord)
                ? writer.writeUpdate(slot, sequence + 1, generation, time.nowNs(), value)
                : writer.writeUpdate(slot, sequence + 1, generation, time.nowNs(), value, deadlineNs);
        if (status != Status.OK) {
            return status;
        }
        commit(writer.record(), slot, into);
        if (deadlineNs != 0) {
            sweep.note(slot, deadlineNs);
        }
        if (SlotLayout.kind(oldWord) == SlotLayout.KIND_SLAB) {
            registry.freeBlock(oldBlock);
        }
        return Status.OK;
    }

    private int free(long slot, int operation, Entry into) {
        assert SlotLayout.kind(registry.word(slot)) != SlotLayout.KIND_FREE : "free: slot=" + slot;
        long address = registry.slotAddress(slot);
        int oldWord = registry.word(slot);
        long oldBlock = Loads.getLong(address + SlotLayout.VALUE_OFFSET);
        long handle = registry.handle(slot);
        boolean keyed = registry.isKeyed(slot);
        long keyBlock = registry.keyBlock(slot);
        int generation = SlotLayout.generation(oldWord);
        long record = keyed
                ? writer.writeDelete(slot, operation, sequence + 1, generation, time.nowNs())
                : writer.writeFree(slot, sequence + 1, generation, time.nowNs());
        if (record == MutationLog.REFUSED) {
            return Status.BACK_PRESSURED;
        }
        if (keyed) {
            registry.forget(slot);
        }
        commit(record, slot, into);
        into.identify(handle, sequence);
        release(slot, SlotLayout.kind(oldWord) == SlotLayout.KIND_SLAB ? oldBlock : Slab.NONE, keyBlock);
        return Status.OK;
    }

    private void release(long slot, long valueBlock, long keyBlock) {
        assert valueBlock == Slab.NONE || valueBlock != keyBlock : "one block for key and value: slot=" + slot;
        registry.release(slot);
        if (valueBlock != Slab.NONE) {
            registry.freeBlock(valueBlock);
        }
        if (keyBlock != Slab.NONE) {
            registry.freeBlock(keyBlock);
        }
    }

    /** The record is appended: apply it, and say that it is. */
    private int commit(long record, long slot, Entry into) {
        assert record != MutationLog.REFUSED;
        assert live.epoch() == log.epoch() : "another epoch: " + live.epoch();
        sequence++;
        log.persist(sequence);
        applier.apply(record);
        log.publish();
        into.value().clear();
        into.identify(registry.handle(slot), sequence);
        return Status.OK;
    }

    private int identify(long slot, Entry into) {
        into.identify(registry.handle(slot), versionOf(slot));
        return Status.OK;
    }

    private long versionOf(long slot) {
        return Loads.getLong(registry.slotAddress(slot)) >>> 1;
    }

    private int keyFault(Key key) {
        assert registry.owner().isOwner();
        if (key.length() == 0) {
            return Status.INVALID_REQUEST;
        }
        return key.length() > maxKeyLength ? Status.KEY_TOO_LONG : Status.OK;
    }

    public MutationLog log() {
        return log;
    }

    /** Of a region in persistent memory, for the thread that drives it; else null. */
    public WriteBack writeBack() {
        return writeBack;
    }

    public LiveHeader live() {
        return live;
    }

    public Registry registry() {
        return registry;
    }

    public long epoch() {
        return report.epoch();
    }

    /** The sequence of the last mutation. */
    public long sequence() {
        return sequence;
    }
}
