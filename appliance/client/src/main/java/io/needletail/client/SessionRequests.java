package io.needletail.client;

import io.aeron.logbuffer.BufferClaim;
import io.needletail.protocol.BatchOperation;
import io.needletail.protocol.BooleanType;
import io.needletail.protocol.GetByHandleEncoder;
import io.needletail.protocol.KeepAliveEncoder;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.PutByKeyEncoder;
import io.needletail.protocol.PutOperation;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Value;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * What can be asked of a session. Every request method sends without waiting and answers the request's correlation id, or one of
 * the session's negative codes when nothing was sent. Each is encoded in place, in the publication's own memory.
 */
abstract class SessionRequests {
    private static final int HEADER = MessageHeaderEncoder.ENCODED_LENGTH;
    private static final int KEY_HEADER = PutByKeyEncoder.keyHeaderLength();
    private static final int VALUE_HEADER = PutByKeyEncoder.valueHeaderLength();

    private static final long GET_BY_HANDLE = HeaderWord.of(new GetByHandleEncoder());
    private static final int HANDLE = HEADER + GetByHandleEncoder.handleEncodingOffset();

    private final RequestEncoders encode = new RequestEncoders();
    private final BatchEncoders encodeBatch = new BatchEncoders();
    private short level = Level.MEMORY;

    abstract SessionLimits limits();

    abstract long handleEpoch();

    /** Room for a message of this length; its correlation id, or a negative code. */
    abstract long claim(int length);

    /** Where what was claimed is written. */
    abstract BufferClaim claimed();

    /**
     * Sends what was claimed for this correlation id, and answers it; or a negative code, when the room was another one's
     * first.
     */
    abstract long send(long id);

    /** The request that is about to be sent is a get of this handle. */
    abstract void asks(long id, long handle);

    /** The request that is about to be sent gets the batch's handles. */
    abstract void asks(long id, Batch batch);

    /** Sends a value over a message's length. */
    abstract long bulk(PutOperation operation, long handle, Key key, long argument, Value value);

    /** Room for a request, begun: every one starts with its correlation id and an epoch. A negative code when there is none. */
    private long begin(MessageEncoderFlyweight message, int variableLength) {
        int block = message.sbeBlockLength();
        long id = claim(HEADER + block + variableLength);
        if (id > 0) {
            begin(message, block, id);
        }
        return id;
    }

    /** The same for a message that belongs to no request: the session's own sign of life. */
    final void encodeKeepAlive() {
        begin(encode.keepAlive, encode.keepAlive.sbeBlockLength(), 0);
    }

    static int keepAliveLength() {
        return HEADER + KeepAliveEncoder.BLOCK_LENGTH;
    }

    private void begin(MessageEncoderFlyweight message, int block, long id) {
        MutableDirectBuffer buffer = claimed().buffer();
        int offset = claimed().offset();
        HeaderWord.write(buffer, offset, HeaderWord.of(message));
        message.wrap(buffer, offset + HEADER);
        writeIdAndEpoch(buffer, offset, id);
    }

    private void writeIdAndEpoch(MutableDirectBuffer buffer, int offset, long id) {
        buffer.putLong(offset + HEADER, id, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + HEADER + Long.BYTES, handleEpoch(), ByteOrder.LITTLE_ENDIAN);
    }

    private long begin(MessageEncoderFlyweight message, Key key) {
        return key.length() > limits().maxKeyLength() ? Session.TOO_LONG : begin(message, KEY_HEADER + key.length());
    }

    private long begin(MessageEncoderFlyweight message, Key key, Value value) {
        if (key.length() > limits().maxKeyLength() || value.length() > limits().maxValueLength()) {
            return Session.TOO_LONG;
        }
        return begin(message, KEY_HEADER + key.length() + VALUE_HEADER + value.length());
    }

    /**
     * The {@link Level} that every change from here on must have reached before it is answered, until another one is set; at first
     * {@link Level#MEMORY}. Where the appliance does not offer it, a change is not made: {@link
     * io.needletail.registry.view.Status#LEVEL_UNAVAILABLE}. Answers that wait are overtaken by others.
     */
    public final void level(int required) {
        if (!Level.isLevel(required)) {
            throw new IllegalArgumentException(Level.name(required));
        }
        level = (short) required;
    }

    public final int level() {
        return level;
    }

    /** Written without the codec: it is asked for most, and is four words. */
    public long get(long handle) {
        long id = claim(HEADER + GetByHandleEncoder.BLOCK_LENGTH);
        if (id > 0) {
            MutableDirectBuffer buffer = claimed().buffer();
            int offset = claimed().offset();
            HeaderWord.write(buffer, offset, GET_BY_HANDLE);
            writeIdAndEpoch(buffer, offset, id);
            buffer.putLong(HANDLE + offset, handle, ByteOrder.LITTLE_ENDIAN);
            asks(id, handle);
            return send(id);
        }
        return id;
    }

    public long get(Key key) {
        long id = begin(encode.getByKey, key);
        if (id > 0) {
            encode.getByKey.putKey(key.array(), 0, key.length());
            return send(id);
        }
        return id;
    }

    public long resolve(Key key, boolean create) {
        long id = begin(encode.resolve, key);
        if (id > 0) {
            encode.resolve
                    .level(create ? level : Level.MEMORY) // else nothing is changed
                    .create(create ? BooleanType.TRUE : BooleanType.FALSE)
                    .putKey(key.array(), 0, key.length());
            return send(id);
        }
        return id;
    }

    public long put(long handle, Value value) {
        if (value.length() > limits().maxMessageValueLength()) {
            return bulk(PutOperation.PUT, handle, null, 0, value);
        }
        long id = begin(encode.putByHandle, VALUE_HEADER + value.length());
        if (id > 0) {
            encode.putByHandle.level(level).handle(handle).putValue(value.array(), 0, value.length());
            return send(id);
        }
        return id;
    }

    public long put(Key key, Value value) {
        if (value.length() > limits().maxMessageValueLength()) {
            return bulk(PutOperation.PUT, 0, key, 0, value);
        }
        long id = begin(encode.putByKey, key, value);
        if (id > 0) {
            encode.putByKey
                    .level(level)
                    .putKey(key.array(), 0, key.length())
                    .putValue(value.array(), 0, value.length());
            return send(id);
        }
        return id;
    }

    public long insert(Key key, Value value) {
        if (value.length() > limits().maxMessageValueLength()) {
            return bulk(PutOperation.INSERT, 0, key, 0, value);
        }
        long id = begin(encode.insert, key, value);
        if (id > 0) {
            encode.insert.level(level).putKey(key.array(), 0, key.length()).putValue(value.array(), 0, value.length());
            return send(id);
        }
        return id;
    }

    public long delete(long handle) {
        long id = begin(encode.deleteByHandle, 0);
        if (id > 0) {
            encode.deleteByHandle.level(level).handle(handle);
            return send(id);
        }
        return id;
    }

    public long delete(Key key) {
        long id = begin(encode.deleteByKey, key);
        if (id > 0) {
            encode.deleteByKey.level(level).putKey(key.array(), 0, key.length());
            return send(id);
        }
        return id;
    }

    /** Writes only while the entry has this version. */
    public long putIf(long handle, long expectedVersion, Value value) {
        if (value.length() > limits().maxMessageValueLength()) {
            return bulk(PutOperation.PUT_IF, handle, null, expectedVersion, value);
        }
        long id = begin(encode.putIfByHandle, VALUE_HEADER + value.length());
        if (id > 0) {
            encode.putIfByHandle
                    .level(level)
                    .handle(handle)
                    .expectedVersion(expectedVersion)
                    .putValue(value.array(), 0, value.length());
            return send(id);
        }
        return id;
    }

    public long putIf(Key key, long expectedVersion, Value value) {
        if (value.length() > limits().maxMessageValueLength()) {
            return bulk(PutOperation.PUT_IF, 0, key, expectedVersion, value);
        }
        long id = begin(encode.putIfByKey, key, value);
        if (id > 0) {
            encode.putIfByKey
                    .level(level)
                    .expectedVersion(expectedVersion)
                    .putKey(key.array(), 0, key.length())
                    .putValue(value.array(), 0, value.length());
            return send(id);
        }
        return id;
    }

    /** Adds to a number; the answer's value is the sum. */
    public long add(long handle, long delta) {
        long id = begin(encode.addByHandle, 0);
        if (id > 0) {
            encode.addByHandle.level(level).handle(handle).delta(delta);
            return send(id);
        }
        return id;
    }

    public long add(Key key, long delta) {
        long id = begin(encode.addByKey, key);
        if (id > 0) {
            encode.addByKey.level(level).delta(delta).putKey(key.array(), 0, key.length());
            return send(id);
        }
        return id;
    }

    /** Takes the value away; the handle stays. */
    public long clear(long handle) {
        long id = begin(encode.clearByHandle, 0);
        if (id > 0) {
            encode.clearByHandle.level(level).handle(handle);
            return send(id);
        }
        return id;
    }

    public long clear(Key key) {
        long id = begin(encode.clearByKey, key);
        if (id > 0) {
            encode.clearByKey.level(level).putKey(key.array(), 0, key.length());
            return send(id);
        }
        return id;
    }

    /** Writes a value that ends {@code ttlNs} from now. */
    public long putFor(long handle, long ttlNs, Value value) {
        if (value.length() > limits().maxMessageValueLength()) {
            return bulk(PutOperation.PUT_FOR, handle, null, ttlNs, value);
        }
        long id = begin(encode.putForByHandle, VALUE_HEADER + value.length());
        if (id > 0) {
            encode.putForByHandle.level(level).handle(handle).ttlNs(ttlNs).putValue(value.array(), 0, value.length());
            return send(id);
        }
        return id;
    }

    public long putFor(Key key, long ttlNs, Value value) {
        if (value.length() > limits().maxMessageValueLength()) {
            return bulk(PutOperation.PUT_FOR, 0, key, ttlNs, value);
        }
        long id = begin(encode.putForByKey, key, value);
        if (id > 0) {
            encode.putForByKey
                    .level(level)
                    .ttlNs(ttlNs)
                    .putKey(key.array(), 0, key.length())
                    .putValue(value.array(), 0, value.length());
            return send(id);
        }
        return id;
    }

    /** Moves the deadline to {@code ttlNs} from now; 0 takes it away. */
    public long touch(long handle, long ttlNs) {
        long id = begin(encode.touchByHandle, 0);
        if (id > 0) {
            encode.touchByHandle.level(level).handle(handle).ttlNs(ttlNs);
            return send(id);
        }
        return id;
    }

    public long touch(Key key, long ttlNs) {
        long id = begin(encode.touchByKey, key);
        if (id > 0) {
            encode.touchByKey.level(level).ttlNs(ttlNs).putKey(key.array(), 0, key.length());
            return send(id);
        }
        return id;
    }

    /** Asks for an entry without a key; it is freed when this session ends. */
    public long allocate() {
        long id = begin(encode.allocate, 0);
        if (id > 0) {
            encode.allocate.level(level);
            return send(id);
        }
        return id;
    }

    /** Reads an entry whose value has reached a {@link io.needletail.registry.view.Level}. */
    public long get(long handle, int level) {
        long id = begin(encode.getAtLevel, 0);
        if (id > 0) {
            encode.getAtLevel.handle(handle).level((short) (level & 0xFF));
            return send(id);
        }
        return id;
    }

    /** Reads every entry of the batch; the answer comes entry by entry, then its end. */
    public long get(Batch batch) {
        return batch.isAllByHandle() && batch.length() != 0
                ? getByHandles(batch)
                : sendBatch(BatchOperation.GET, batch);
    }

    private long getByHandles(Batch batch) {
        if (batch.length() > limits().maxBatchLength()) {
            return Session.TOO_LONG;
        }
        long id = claim(BatchEncoders.encodedLengthByHandle(batch));
        if (id > 0) {
            encodeBatch.encodeByHandle(claimed().buffer(), claimed().offset(), id, handleEpoch(), batch);
            asks(id, batch);
            return send(id);
        }
        return id;
    }

    public long resolve(Batch batch, boolean create) {
        return sendBatch(create ? BatchOperation.RESOLVE_OR_CREATE : BatchOperation.RESOLVE, batch);
    }

    public long put(Batch batch) {
        return sendBatch(BatchOperation.PUT, batch);
    }

    private long sendBatch(BatchOperation operation, Batch batch) {
        if (batch.length() == 0) {
            return Session.EMPTY;
        }
        int length = BatchEncoders.encodedLength(operation, batch);
        if (batch.length() > limits().maxBatchLength() || length > limits().maxFrameLength()) {
            return Session.TOO_LONG;
        }
        long id = claim(length);
        if (id > 0) {
            encodeBatch.encode(claimed().buffer(), claimed().offset(), id, handleEpoch(), level, operation, batch);
            return send(id);
        }
        return id;
    }

    /** Makes all changes of the group or none; the answer is a batch's. */
    public long apply(Group group) {
        if (group.length() == 0) {
            return Session.EMPTY;
        }
        int length = BatchEncoders.encodedLength(group);
        if (group.length() > limits().maxBatchLength() || length > limits().maxFrameLength()) {
            return Session.TOO_LONG;
        }
        long id = claim(length);
        if (id > 0) {
            encodeBatch.encode(claimed().buffer(), claimed().offset(), id, handleEpoch(), level, group);
            return send(id);
        }
        return id;
    }

    /** Asks for the present handle of a key whose handle came from an older epoch. */
    public long revalidate(long handle, Key key) {
        long id = begin(encode.revalidate, key);
        if (id > 0) {
            encode.revalidate.handle(handle).putKey(key.array(), 0, key.length());
            return send(id);
        }
        return id;
    }

    /** Asks for one page of the entries whose keys begin with the prefix; cursor 0 is the start. */
    public long scan(Key prefix, long cursor, int maxEntries) {
        long id = begin(encode.scan, prefix);
        if (id > 0) {
            encode.scan.cursor(cursor).maxEntries(maxEntries).putPrefix(prefix.array(), 0, prefix.length());
            return send(id);
        }
        return id;
    }

    /** Asks for a sign of life; the answer is an OK without an entry. */
    public long ping() {
        long id = begin(encode.keepAlive, 0);
        return id > 0 ? send(id) : id;
    }
}
