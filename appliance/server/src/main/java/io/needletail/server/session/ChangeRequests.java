package io.needletail.server.session;

import io.needletail.engine.ShardEngine;
import io.needletail.protocol.AddByHandleDecoder;
import io.needletail.protocol.AddByKeyDecoder;
import io.needletail.protocol.AllocateDecoder;
import io.needletail.protocol.BooleanType;
import io.needletail.protocol.ClearByHandleDecoder;
import io.needletail.protocol.ClearByKeyDecoder;
import io.needletail.protocol.DeleteByHandleDecoder;
import io.needletail.protocol.DeleteByKeyDecoder;
import io.needletail.protocol.InsertDecoder;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.protocol.PutByHandleDecoder;
import io.needletail.protocol.PutByKeyDecoder;
import io.needletail.protocol.PutForByHandleDecoder;
import io.needletail.protocol.PutForByKeyDecoder;
import io.needletail.protocol.PutIfByHandleDecoder;
import io.needletail.protocol.PutIfByKeyDecoder;
import io.needletail.protocol.ResolveDecoder;
import io.needletail.protocol.RevalidateDecoder;
import io.needletail.protocol.TouchByHandleDecoder;
import io.needletail.protocol.TouchByKeyDecoder;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Counter;
import java.nio.ByteOrder;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Changes of one entry: a validated frame becomes one call of the engine. What all of them need is checked in one place. */
final class ChangeRequests {
    private static final int BODY = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final int EPOCH_OFFSET = BODY + Long.BYTES;
    private static final int HANDLE_OFFSET = EPOCH_OFFSET + Long.BYTES;

    /**
     * What a template asks for.
     *
     * @param counter counts it
     * @param byHandle whether it names the entry by a handle, which is valid in one epoch only
     * @param hasKey whether it carries a key
     * @param hasValue whether it carries a value
     */
    private record Kind(Counter counter, boolean byHandle, boolean hasKey, boolean hasValue) {}

    private static final Kind[] KINDS = new Kind[TouchByKeyDecoder.TEMPLATE_ID + 64];

    static {
        byHandle(PutByHandleDecoder.TEMPLATE_ID, Counter.PUTS, true);
        byHandle(PutIfByHandleDecoder.TEMPLATE_ID, Counter.PUTS, true);
        byHandle(PutForByHandleDecoder.TEMPLATE_ID, Counter.PUTS, true);
        byHandle(DeleteByHandleDecoder.TEMPLATE_ID, Counter.DELETES, false);
        byHandle(AddByHandleDecoder.TEMPLATE_ID, Counter.ADDS, false);
        byHandle(ClearByHandleDecoder.TEMPLATE_ID, Counter.CLEARS, false);
        byHandle(TouchByHandleDecoder.TEMPLATE_ID, Counter.TOUCHES, false);
        byKey(PutByKeyDecoder.TEMPLATE_ID, Counter.PUTS, true);
        byKey(PutIfByKeyDecoder.TEMPLATE_ID, Counter.PUTS, true);
        byKey(PutForByKeyDecoder.TEMPLATE_ID, Counter.PUTS, true);
        byKey(InsertDecoder.TEMPLATE_ID, Counter.INSERTS, true);
        byKey(DeleteByKeyDecoder.TEMPLATE_ID, Counter.DELETES, false);
        byKey(AddByKeyDecoder.TEMPLATE_ID, Counter.ADDS, false);
        byKey(ClearByKeyDecoder.TEMPLATE_ID, Counter.CLEARS, false);
        byKey(TouchByKeyDecoder.TEMPLATE_ID, Counter.TOUCHES, false);
        byKey(ResolveDecoder.TEMPLATE_ID, Counter.RESOLVES, false);
        byKey(RevalidateDecoder.TEMPLATE_ID, Counter.RESOLVES, false);
        KINDS[AllocateDecoder.TEMPLATE_ID] = new Kind(Counter.ALLOCATIONS, false, false, false);
    }

    private static void byHandle(int templateId, Counter counter, boolean hasValue) {
        KINDS[templateId] = new Kind(counter, true, false, hasValue);
    }

    private static void byKey(int templateId, Counter counter, boolean hasValue) {
        KINDS[templateId] = new Kind(counter, false, true, hasValue);
    }

    private final ShardEngine engine;
    private final AnonymousOwners owners;
    private final int anonymousLimit;
    private final Key key;
    private final Value value;
    private final Entry entry;

    private final ResolveDecoder resolve = new ResolveDecoder();
    private final PutIfByHandleDecoder putIfByHandle = new PutIfByHandleDecoder();
    private final PutIfByKeyDecoder putIfByKey = new PutIfByKeyDecoder();
    private final AddByHandleDecoder addByHandle = new AddByHandleDecoder();
    private final AddByKeyDecoder addByKey = new AddByKeyDecoder();
    private final PutForByHandleDecoder putForByHandle = new PutForByHandleDecoder();
    private final PutForByKeyDecoder putForByKey = new PutForByKeyDecoder();
    private final TouchByHandleDecoder touchByHandle = new TouchByHandleDecoder();
    private final TouchByKeyDecoder touchByKey = new TouchByKeyDecoder();

    /**
     * Makes it.
     *
     * @param anonymousLimit entries without a key that a session may have
     * @param entry takes what the engine says
     */
    ChangeRequests(ShardEngine engine, AnonymousOwners owners, int anonymousLimit, Key key, Value value, Entry entry) {
        this.engine = engine;
        this.owners = owners;
        this.anonymousLimit = anonymousLimit;
        this.key = key;
        this.value = value;
        this.entry = entry;
    }

    /** What counts this kind of change. */
    static Counter counterOf(Frame frame) {
        return KINDS[frame.templateId].counter();
    }

    /** Makes the change, or says why not. */
    int apply(Frame frame, SessionLane lane) {
        int status = take(frame, KINDS[frame.templateId]);
        if (status != Status.OK) {
            return status;
        }
        return KINDS[frame.templateId].byHandle() ? applyByHandle(frame, lane) : applyByKey(frame, lane);
    }

    /** Epoch, key and value, as far as the kind has them. */
    private int take(Frame frame, Kind kind) {
        if (kind.byHandle() && frame.buffer().getLong(EPOCH_OFFSET, ByteOrder.LITTLE_ENDIAN) != engine.epoch()) {
            return Status.EPOCH_CHANGED;
        }
        if (kind.hasKey() && !key.set(frame.bytes(), frame.keyOffset, frame.keyLength)) {
            return Status.KEY_TOO_LONG;
        }
        boolean fits = !kind.hasValue() || value.set(frame.bytes(), frame.valueOffset, frame.valueLength);
        return fits ? Status.OK : Status.VALUE_TOO_LONG;
    }

    private int applyByHandle(Frame frame, SessionLane lane) {
        long handle = frame.buffer().getLong(HANDLE_OFFSET, ByteOrder.LITTLE_ENDIAN);
        return switch (frame.templateId) {
            case PutByHandleDecoder.TEMPLATE_ID -> engine.put(handle, value, entry);
            case PutIfByHandleDecoder.TEMPLATE_ID ->
                engine.putIf(handle, open(putIfByHandle, frame).expectedVersion(), value, entry);
            case PutForByHandleDecoder.TEMPLATE_ID ->
                engine.putFor(handle, open(putForByHandle, frame).ttlNs(), value, entry);
            case DeleteByHandleDecoder.TEMPLATE_ID -> delete(handle, lane);
            case AddByHandleDecoder.TEMPLATE_ID ->
                engine.add(handle, open(addByHandle, frame).delta(), entry);
            case ClearByHandleDecoder.TEMPLATE_ID -> engine.clear(handle, entry);
            case TouchByHandleDecoder.TEMPLATE_ID ->
                engine.touch(handle, open(touchByHandle, frame).ttlNs(), entry);
            default -> throw new IllegalStateException("validated template=" + frame.templateId);
        };
    }

    private int applyByKey(Frame frame, SessionLane lane) {
        return switch (frame.templateId) {
            case PutByKeyDecoder.TEMPLATE_ID -> engine.put(key, value, entry);
            case PutIfByKeyDecoder.TEMPLATE_ID ->
                engine.putIf(key, open(putIfByKey, frame).expectedVersion(), value, entry);
            case PutForByKeyDecoder.TEMPLATE_ID ->
                engine.putFor(key, open(putForByKey, frame).ttlNs(), value, entry);
            case InsertDecoder.TEMPLATE_ID -> engine.insert(key, value, entry);
            case DeleteByKeyDecoder.TEMPLATE_ID -> engine.delete(key, entry);
            case AddByKeyDecoder.TEMPLATE_ID ->
                engine.add(key, open(addByKey, frame).delta(), entry);
            case ClearByKeyDecoder.TEMPLATE_ID -> engine.clear(key, entry);
            case TouchByKeyDecoder.TEMPLATE_ID ->
                engine.touch(key, open(touchByKey, frame).ttlNs(), entry);
            case ResolveDecoder.TEMPLATE_ID ->
                engine.resolve(key, open(resolve, frame).create() == BooleanType.TRUE, entry);
            case RevalidateDecoder.TEMPLATE_ID -> engine.resolve(key, false, entry);
            case AllocateDecoder.TEMPLATE_ID -> allocate(lane);
            default -> throw new IllegalStateException("validated template=" + frame.templateId);
        };
    }

    private static <D extends MessageDecoderFlyweight> D open(D decoder, Frame frame) {
        decoder.wrap(frame.buffer(), BODY, frame.blockLength, frame.version);
        return decoder;
    }

    private int delete(long handle, SessionLane lane) {
        int status = engine.delete(handle, entry);
        if (status == Status.OK) {
            owners.deleted(handle, lane);
        }
        return status;
    }

    private int allocate(SessionLane lane) {
        int status = lane.anonymousCount() < anonymousLimit ? engine.allocate(entry) : Status.ANONYMOUS_LIMIT;
        if (status == Status.OK) {
            lane.own(entry.handle(), anonymousLimit);
        }
        return status;
    }
}
