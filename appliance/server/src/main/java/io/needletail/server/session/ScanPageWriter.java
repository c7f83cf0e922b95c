package io.needletail.server.session;

import io.needletail.client.SessionProtocol;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.ResultStatus;
import io.needletail.protocol.ScanPageEncoder;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.SlotReader;
import io.needletail.registry.view.Status;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Composes one page. The entries are written behind each other and the group's count is set when it is known, which SBE's
 * encoder wants to know first: so the page is filled once with the largest count and then corrected.
 */
final class ScanPageWriter {
    /** numInGroup stands behind the group's block length. */
    private static final int COUNT_OFFSET =
            MessageHeaderEncoder.ENCODED_LENGTH + ScanPageEncoder.BLOCK_LENGTH + Short.BYTES;

    private static final int HEADER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH;
    private static final int MAX_ENTRIES = 4096;
    /** Slots looked at for one page, about a millisecond: a page may be empty and still not be the last. */
    private static final int MAX_SLOTS = 1 << 16;

    private static final int ENTRY_OVERHEAD = ScanPageEncoder.EntriesEncoder.sbeBlockLength()
            + ScanPageEncoder.EntriesEncoder.keyHeaderLength()
            + ScanPageEncoder.EntriesEncoder.valueHeaderLength();

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[2 * SessionProtocol.MAX_FRAME_LENGTH]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ScanPageEncoder page = new ScanPageEncoder();

    void fill(ScanRequest request, SlotReader slots, Key key, Entry entry) {
        assert request.lane() != null : "a released request";
        page.wrapAndApplyHeader(buffer, 0, header)
                .correlationId(request.correlationId())
                .nextCursor(0)
                .status(ResultStatus.OK);
        ScanPageEncoder.EntriesEncoder entries = page.entriesCount(MAX_ENTRIES);
        long limit = Math.min(request.maxEntries(), MAX_ENTRIES);
        long keyedSlots = slots.header().sizing().keyedSlots();
        long slot = Math.max(0, request.cursor());
        long end = Math.min(keyedSlots, slot + MAX_SLOTS);
        int count = 0;
        int status = Status.OK;
        while (slot < end && count < limit) {
            status = slots.readKeyed(slot, key, entry);
            if (status == Status.OK && key.startsWith(request.prefix())) {
                if (page.encodedLength() + lengthOf(key, entry) > SessionProtocol.MAX_FRAME_LENGTH - HEADER_LENGTH) {
                    break;
                }
                put(entries.next(), key, entry);
                count++;
            } else if (isUnreadable(status)) {
                break;
            }
            slot++;
        }
        page.nextCursor(slot < keyedSlots ? slot : 0);
        page.status(isUnreadable(status) ? ResultStatus.get((short) status) : ResultStatus.OK);
        buffer.putShort(COUNT_OFFSET, (short) count, java.nio.ByteOrder.LITTLE_ENDIAN);
    }

    private static boolean isUnreadable(int status) {
        return status != Status.OK && status != Status.ABSENT && status != Status.NOT_FOUND;
    }

    private static int lengthOf(Key key, Entry entry) {
        return ENTRY_OVERHEAD + key.length() + pageLength(entry);
    }

    /** Bytes of the value that stand in the page: all, or none of one that is asked for by its handle. */
    private static int pageLength(Entry entry) {
        int length = entry.value().length();
        return length <= SessionProtocol.MAX_MESSAGE_VALUE_LENGTH ? length : 0;
    }

    private static void put(ScanPageEncoder.EntriesEncoder to, Key key, Entry entry) {
        to.handle(entry.handle())
                .version(entry.version())
                .fullLength(entry.value().length())
                .putKey(key.array(), 0, key.length())
                .putValue(entry.value().array(), 0, pageLength(entry));
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    int length() {
        return HEADER_LENGTH + page.encodedLength();
    }
}
