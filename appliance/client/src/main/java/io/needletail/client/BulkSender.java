package io.needletail.client;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.PutChunkEncoder;
import io.needletail.protocol.PutOperation;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Value;

/**
 * Sends one value that exceeds a message, chunk by chunk as there is room. It is copied first, so its owner may use it again at
 * once. One at a time; the session's poll gets on with it.
 */
final class BulkSender implements AutoCloseable {
    private static final int OVERHEAD = MessageHeaderEncoder.ENCODED_LENGTH
            + PutChunkEncoder.BLOCK_LENGTH
            + PutChunkEncoder.keyHeaderLength()
            + PutChunkEncoder.valueHeaderLength();

    private final ExclusivePublication chunks;
    private final BufferClaim claim = new BufferClaim();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final PutChunkEncoder chunk = new PutChunkEncoder();
    private final Key key = new Key();
    private final Value value;

    private PutOperation operation;
    private long correlationId;
    private long epoch;
    private long handle;
    private long argument;
    private short level;
    private int sent;

    BulkSender(ExclusivePublication chunks, int maxValueLength) {
        this.chunks = chunks;
        value = new Value(maxValueLength);
    }

    boolean isBusy() {
        return sent < value.length();
    }

    /** Takes over a put; a key of null says that it is by handle. */
    void begin(
            PutOperation newOperation,
            long id,
            long newEpoch,
            long newHandle,
            Key newKey,
            long newArgument,
            int newLevel,
            Value newValue) {
        assert !isBusy() : "sent=" + sent + " length=" + value.length();
        operation = newOperation;
        correlationId = id;
        epoch = newEpoch;
        handle = newHandle;
        argument = newArgument;
        level = (short) newLevel;
        value.set(newValue);
        sent = 0;
        key.clear();
        if (newKey != null) {
            key.set(newKey);
        }
    }

    /** Sends what there is room for; false when the stream has ended. */
    boolean advance() {
        while (isBusy()) {
            int keyLength = sent == 0 ? key.length() : 0;
            int length = Math.min(SessionProtocol.CHUNK_LENGTH, value.length() - sent);
            long position = chunks.tryClaim(OVERHEAD + keyLength + length, claim);
            if (position <= 0) {
                return position == Publication.BACK_PRESSURED
                        || position == Publication.ADMIN_ACTION
                        || position == Publication.NOT_CONNECTED;
            }
            chunk.wrapAndApplyHeader(claim.buffer(), claim.offset(), header)
                    .correlationId(correlationId)
                    .epoch(epoch)
                    .handle(handle)
                    .argument(argument)
                    .totalLength(value.length())
                    .begin(sent)
                    .operation(operation)
                    .level(level)
                    .putKey(key.array(), 0, keyLength)
                    .putValue(value.array(), sent, length);
            claim.commit();
            sent += length;
        }
        return true;
    }

    @Override
    public void close() {
        chunks.close();
    }
}
