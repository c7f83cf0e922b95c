package io.needletail.server.session;

import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.protocol.PutChunkDecoder;
import io.needletail.protocol.PutOperation;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Value;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A value on its way in, piece by piece. Everything that a chunk says beside its bytes is copied to private memory first and
 * validated there; then the bytes are copied once to where they belong, whatever they are. Made by the conductor, because it
 * takes memory; used by the shard's thread.
 */
final class BulkTransfer {
    private static final int HEADER = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final int LENGTH_FIELD = 2;
    /** A newer client's block may be longer. */
    private static final int MAX_BLOCK_LENGTH = 256;

    private static final int HEAD_LENGTH = HEADER + MAX_BLOCK_LENGTH + LENGTH_FIELD + Key.MAX_LENGTH + LENGTH_FIELD;
    private static final int OPERATIONS = 4;

    private final UnsafeBuffer head = new UnsafeBuffer(new byte[HEAD_LENGTH]);
    private final PutChunkDecoder chunk = new PutChunkDecoder();
    private final Key key = new Key();
    private final Value value;

    private int keyOffset;
    private int keyLength;
    private int valueOffset;
    private int valueLength;
    private long correlationId;
    private int received;
    private long refusedId;

    BulkTransfer(int maxValueLength) {
        value = new Value(maxValueLength);
    }

    /** Takes what a chunk says beside its bytes. Total: any bytes of any length give exactly one fault, and nothing is thrown. */
    FrameFault takeHead(DirectBuffer source, int offset, int length) {
        if (length < HEADER + PutChunkDecoder.BLOCK_LENGTH) {
            return FrameFault.TOO_SHORT;
        }
        source.getBytes(offset, head, 0, Math.min(length, HEAD_LENGTH));
        int blockLength = unsigned(0);
        int version = unsigned(6);
        if (unsigned(4) != MessageHeaderDecoder.SCHEMA_ID) {
            return FrameFault.FOREIGN_SCHEMA;
        }
        if (version < 1) {
            return FrameFault.VERSION;
        }
        if (unsigned(2) != PutChunkDecoder.TEMPLATE_ID) {
            return FrameFault.UNKNOWN_TEMPLATE;
        }
        boolean newer = version > MessageHeaderDecoder.SCHEMA_VERSION;
        boolean fits = newer ? blockLength <= MAX_BLOCK_LENGTH : blockLength == PutChunkDecoder.BLOCK_LENGTH;
        if (!fits || blockLength < PutChunkDecoder.BLOCK_LENGTH) {
            return FrameFault.BLOCK_LENGTH;
        }
        FrameFault fault = takeLengths(HEADER + blockLength, length, newer);
        if (fault != FrameFault.NONE) {
            return fault;
        }
        chunk.wrap(head, HEADER, blockLength, version);
        return validateFields();
    }

    private FrameFault takeLengths(int fields, int length, boolean newer) {
        if (fields + LENGTH_FIELD > length) {
            return FrameFault.VARIABLE_LENGTH;
        }
        keyOffset = fields + LENGTH_FIELD;
        keyLength = unsigned(fields);
        if (keyLength > Key.MAX_LENGTH || keyOffset + keyLength + LENGTH_FIELD > length) {
            return FrameFault.VARIABLE_LENGTH;
        }
        valueOffset = keyOffset + keyLength + LENGTH_FIELD;
        valueLength = unsigned(keyOffset + keyLength);
        if (valueOffset + valueLength > length) {
            return FrameFault.VARIABLE_LENGTH;
        }
        return valueOffset + valueLength < length && !newer ? FrameFault.TRAILING_BYTES : FrameFault.NONE;
    }

    private FrameFault validateFields() {
        if (chunk.operationRaw() >= OPERATIONS || !Level.isLevel(chunk.level())) {
            return FrameFault.ENUM_VALUE;
        }
        if (isTooLong()) {
            boolean isRest = chunk.begin() != 0 && chunk.correlationId() == refusedId;
            return chunk.begin() == 0 || isRest ? FrameFault.NONE : FrameFault.CHUNK;
        }
        long begin = chunk.begin();
        boolean next = begin == 0 || (begin == received && chunk.correlationId() == correlationId);
        boolean inside = chunk.totalLength() <= value.capacity() && begin + valueLength <= chunk.totalLength();
        boolean sameWhole = begin == 0 || chunk.totalLength() == value.length();
        return next && inside && sameWhole && valueLength > 0 ? FrameFault.NONE : FrameFault.CHUNK;
    }

    /** Whether the value is longer than any may be: its bytes are not taken. */
    boolean isTooLong() {
        return chunk.totalLength() > value.capacity();
    }

    /** Whether the chunk whose head was taken is the first of its value. */
    boolean isFirst() {
        return chunk.begin() == 0;
    }

    /** The rest of this value is passed over. */
    long refuse() {
        refusedId = chunk.correlationId();
        return refusedId;
    }

    /** Whether the chunk whose head was taken is the last. */
    boolean isLast() {
        return chunk.begin() + valueLength == chunk.totalLength();
    }

    /** Takes the bytes of the chunk whose head was taken. */
    void takeBytes(DirectBuffer source, int offset) {
        if (chunk.begin() == 0) {
            correlationId = chunk.correlationId();
            received = 0;
            value.resize((int) chunk.totalLength());
            key.set(head.byteArray(), keyOffset, keyLength);
        }
        source.getBytes(offset + valueOffset, value.array(), received, valueLength);
        received += valueLength;
    }

    boolean isWhole() {
        return received == value.length();
    }

    long correlationId() {
        return correlationId;
    }

    boolean isByKey() {
        return key.length() > 0;
    }

    Key key() {
        return key;
    }

    Value value() {
        return value;
    }

    long epoch() {
        return chunk.epoch();
    }

    long handle() {
        return chunk.handle();
    }

    long argument() {
        return chunk.argument();
    }

    /** That the change must have reached before it is answered. */
    int level() {
        return chunk.level();
    }

    PutOperation operation() {
        return chunk.operation();
    }

    private int unsigned(int offset) {
        return head.getShort(offset, java.nio.ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }
}
