package io.needletail.client;

import io.needletail.protocol.BatchEncoder;
import io.needletail.protocol.BatchOperation;
import io.needletail.protocol.GetByHandlesEncoder;
import io.needletail.protocol.GroupEncoder;
import io.needletail.protocol.GroupOperation;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.LittleEndian;
import io.needletail.registry.view.Value;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Encodes batches and groups, whose length is known before a byte is written. Reused, so that sending allocates nothing. */
final class BatchEncoders {
    private static final int BATCH_HEADER =
            MessageHeaderEncoder.ENCODED_LENGTH + BatchEncoder.BLOCK_LENGTH + BatchEncoder.EntriesEncoder.HEADER_SIZE;
    private static final int BATCH_ENTRY = BatchEncoder.EntriesEncoder.sbeBlockLength()
            + BatchEncoder.EntriesEncoder.keyHeaderLength()
            + BatchEncoder.EntriesEncoder.valueHeaderLength();
    private static final int HANDLES_HEADER = MessageHeaderEncoder.ENCODED_LENGTH
            + GetByHandlesEncoder.BLOCK_LENGTH
            + GetByHandlesEncoder.EntriesEncoder.HEADER_SIZE;
    private static final int GROUP_HEADER =
            MessageHeaderEncoder.ENCODED_LENGTH + GroupEncoder.BLOCK_LENGTH + GroupEncoder.EntriesEncoder.HEADER_SIZE;
    private static final int GROUP_ENTRY = GroupEncoder.EntriesEncoder.sbeBlockLength()
            + GroupEncoder.EntriesEncoder.keyHeaderLength()
            + GroupEncoder.EntriesEncoder.valueHeaderLength();
    private static final GroupOperation[] OPERATIONS = operations();

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final byte[] handles = new byte[HANDLES_HEADER + Batch.MAX_LENGTH * Long.BYTES];
    private final UnsafeBuffer handlesBuffer = new UnsafeBuffer(handles);
    private final GetByHandlesEncoder handlesEncoder = new GetByHandlesEncoder();
    private final BatchEncoder batchEncoder = new BatchEncoder();
    private final GroupEncoder groupEncoder = new GroupEncoder();

    private static GroupOperation[] operations() {
        GroupOperation[] operations = new GroupOperation[Group.OPERATIONS];
        for (int i = 0; i < operations.length; i++) {
            operations[i] = GroupOperation.get((short) i);
        }
        return operations;
    }

    /** Bytes of the message, its header included. */
    static int encodedLength(BatchOperation operation, Batch batch) {
        int length = BATCH_HEADER + batch.length() * BATCH_ENTRY;
        for (int i = 0; i < batch.length(); i++) {
            length += batch.isByKey(i) ? batch.key(i).length() : 0;
            length += operation == BatchOperation.PUT ? batch.entry(i).value().length() : 0;
        }
        return length;
    }

    /** The same of one whose entries are all named by their handles, and read. */
    static int encodedLengthByHandle(Batch batch) {
        return HANDLES_HEADER + batch.length() * Long.BYTES;
    }

    /** Bytes of the message, its header included. */
    static int encodedLength(Group group) {
        Batch batch = group.batch();
        int length = GROUP_HEADER + batch.length() * GROUP_ENTRY;
        for (int i = 0; i < batch.length(); i++) {
            length += batch.isByKey(i) ? batch.key(i).length() : 0;
            length += group.operation(i) == Group.PUT ? batch.entry(i).value().length() : 0;
        }
        return length;
    }

    void encode(
            MutableDirectBuffer buffer,
            int offset,
            long id,
            long epoch,
            short level,
            BatchOperation operation,
            Batch batch) {
        BatchEncoder.EntriesEncoder entries = batchEncoder
                .wrapAndApplyHeader(buffer, offset, header)
                .correlationId(id)
                .epoch(epoch)
                .operation(operation)
                .level(level)
                .entriesCount(batch.length());
        for (int i = 0; i < batch.length(); i++) {
            entries.next().handle(batch.handle(i));
            if (batch.isByKey(i) || operation == BatchOperation.PUT) {
                Key key = batch.key(i);
                Value value = batch.entry(i).value();
                entries.putKey(key.array(), 0, key.length())
                        .putValue(value.array(), 0, operation == BatchOperation.PUT ? value.length() : 0);
            } else {
                batchEncoder.limit(WordValues.writeNoKeyNoValue(buffer, batchEncoder.limit()));
            }
        }
    }

    /**
     * Written without the codec behind the group's header: a handle is all there is of an entry. Privately, and copied in
     * whole, as its answer is.
     */
    void encodeByHandle(MutableDirectBuffer buffer, int offset, long id, long epoch, Batch batch) {
        handlesEncoder
                .wrapAndApplyHeader(handlesBuffer, 0, header)
                .correlationId(id)
                .epoch(epoch)
                .entriesCount(batch.length());
        for (int i = 0; i < batch.length(); i++) {
            LittleEndian.putLong(handles, HANDLES_HEADER + i * Long.BYTES, batch.handle(i));
        }
        buffer.putBytes(offset, handles, 0, encodedLengthByHandle(batch));
    }

    void encode(MutableDirectBuffer buffer, int offset, long id, long epoch, short level, Group group) {
        Batch batch = group.batch();
        GroupEncoder.EntriesEncoder entries = groupEncoder
                .wrapAndApplyHeader(buffer, offset, header)
                .correlationId(id)
                .epoch(epoch)
                .level(level)
                .entriesCount(batch.length());
        for (int i = 0; i < batch.length(); i++) {
            Key key = batch.key(i);
            Value value = batch.entry(i).value();
            entries.next()
                    .handle(batch.handle(i))
                    .expectedVersion(group.expectedVersion(i))
                    .delta(group.delta(i))
                    .operation(OPERATIONS[group.operation(i)])
                    .putKey(key.array(), 0, key.length())
                    .putValue(value.array(), 0, group.operation(i) == Group.PUT ? value.length() : 0);
        }
    }
}
