package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.ShortValuesEncoder;
import io.needletail.protocol.ShortValuesEncoder.EntriesEncoder;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.LittleEndian;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.SlotLayout;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Encodes an answer of entries of one length: begin, then each entry, then send. It is encoded privately and copied in whole: a
 * message that is begun in the publication is looked at by its reader, who takes its first cache line away from the writer
 * until it is ended. The entries are written without the codec, whose group would have to be told of each.
 */
final class ShortValuesWriter {
    private static final int HEADER =
            MessageHeaderEncoder.ENCODED_LENGTH + ShortValuesEncoder.BLOCK_LENGTH + EntriesEncoder.HEADER_SIZE;
    private static final int ENTRY = EntriesEncoder.sbeBlockLength();
    private static final int VERSION = EntriesEncoder.versionEncodingOffset();
    private static final int WORD0 = EntriesEncoder.word0EncodingOffset();
    private static final int WORD1 = EntriesEncoder.word1EncodingOffset();

    private final ReplyClaim claim;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ShortValuesEncoder answer = new ShortValuesEncoder();
    private final byte[] message = new byte[HEADER + Batch.MAX_LENGTH * ENTRY];
    private final UnsafeBuffer buffer = new UnsafeBuffer(message);
    private int length;
    private long missing;

    ShortValuesWriter(ReplyClaim claim) {
        this.claim = claim;
    }

    void begin(int count) {
        answer.wrapAndApplyHeader(buffer, 0, header).entriesCount(count);
        length = HEADER + count * ENTRY;
        missing = 0;
    }

    /** The entry's value, of 16 bytes, is in the slot at this address. */
    void found(int index, long slot) {
        write(
                index,
                SlotLayout.version(Loads.getLong(slot)),
                Loads.getLong(slot + SlotLayout.VALUE_OFFSET),
                Loads.getLong(slot + SlotLayout.VALUE_OFFSET + Long.BYTES));
    }

    /** The entry has none. */
    void missed(int index, int status) {
        missing |= 1L << index;
        write(index, 0, status, 0);
    }

    private void write(int index, long version, long word0, long word1) {
        int at = HEADER + index * ENTRY;
        LittleEndian.putLong(message, at + VERSION, version);
        LittleEndian.putLong(message, at + WORD0, word0);
        LittleEndian.putLong(message, at + WORD1, word1);
    }

    /** False when there is no room now. */
    boolean send(ExclusivePublication replies, long correlationId) {
        answer.missing(missing);
        int code = claim.claim(replies, length);
        if (code <= 0) {
            return code < 0;
        }
        claim.correlationId(correlationId);
        claim.buffer().putBytes(claim.offset(), message, 0, length);
        claim.commit();
        return true;
    }
}
