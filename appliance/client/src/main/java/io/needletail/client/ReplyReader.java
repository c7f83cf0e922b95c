package io.needletail.client;

import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.needletail.protocol.BatchResultDecoder;
import io.needletail.protocol.CloseDecoder;
import io.needletail.protocol.KeepAliveDecoder;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.protocol.OutcomeDecoder;
import io.needletail.protocol.ResultDecoder;
import io.needletail.protocol.ScanPageDecoder;
import io.needletail.protocol.ShortValueDecoder;
import io.needletail.protocol.ShortValuesDecoder;
import io.needletail.protocol.ValueChunkDecoder;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.LittleEndian;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;

/** What the appliance says, decoded for a handler: an answer to a request that is not waited for any more is passed over. */
final class ReplyReader implements FragmentHandler {
    private static final int VERSION = ShortValuesDecoder.EntriesDecoder.versionEncodingOffset();
    private static final int WORD0 = ShortValuesDecoder.EntriesDecoder.word0EncodingOffset();
    private static final int WORD1 = ShortValuesDecoder.EntriesDecoder.word1EncodingOffset();

    private final Session session;
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final ShortValueDecoder shortValueDecoder = new ShortValueDecoder();
    private final OutcomeDecoder outcomeDecoder = new OutcomeDecoder();
    private final ResultDecoder resultDecoder = new ResultDecoder();
    private final ShortValuesDecoder shortValuesDecoder = new ShortValuesDecoder();
    private final BatchResultDecoder batchDecoder = new BatchResultDecoder();
    private final ValueChunkDecoder chunkDecoder = new ValueChunkDecoder();
    private final ScanPageDecoder pageDecoder = new ScanPageDecoder();
    private final KeepAliveDecoder keepAliveDecoder = new KeepAliveDecoder();
    private final Key scanKey = new Key();
    private final Entry entry;
    /** What an answer's entries were asked by: the handler may ask again, and the id's place is free already. */
    private final long[] handles = new long[Batch.MAX_LENGTH];
    /** The entries of an answer to gets by handle. */
    private final byte[] shortValues = new byte[SessionProtocol.MAX_FRAME_LENGTH];
    /** Written so that the reads before it are not optimised away. */
    private int fetched;

    private BulkReceiver bulkReceiver;
    private ResultHandler handler;

    /** For one connection of the session. */
    ReplyReader(Session session) {
        this.session = session;
        SessionLimits limits = session.limits();
        entry = new Entry(Math.min(limits.maxValueLength(), limits.maxMessageValueLength()));
    }

    /** Who is told what comes from here on. */
    void handler(ResultHandler resultHandler) {
        handler = resultHandler;
    }

    @Override
    public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        headerDecoder.wrap(buffer, offset);
        switch (headerDecoder.templateId()) {
            case ShortValueDecoder.TEMPLATE_ID -> onShortValue(buffer, offset, header.reservedValue());
            case OutcomeDecoder.TEMPLATE_ID -> onOutcome(buffer, offset, header.reservedValue());
            case ResultDecoder.TEMPLATE_ID -> onResult(buffer, offset);
            case ValueChunkDecoder.TEMPLATE_ID -> onValueChunk(buffer, offset);
            case ShortValuesDecoder.TEMPLATE_ID -> onShortValues(buffer, offset, header.reservedValue());
            case BatchResultDecoder.TEMPLATE_ID -> {
                fetchLines(buffer, offset, length);
                onBatchResult(buffer, offset);
            }
            case ScanPageDecoder.TEMPLATE_ID -> onScanPage(buffer, offset);
            case KeepAliveDecoder.TEMPLATE_ID -> onKeepAlive(buffer, offset);
            case CloseDecoder.TEMPLATE_ID -> onClose(buffer, offset);
            default -> {
                // A newer server's message that this client did not ask for.
            }
        }
    }

    private void onShortValue(DirectBuffer buffer, int offset, long id) {
        shortValueDecoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        entry.identify(session.handleOf(id), shortValueDecoder.version());
        entry.level(Level.MEMORY);
        entry.value().setInline(shortValueDecoder.word0(), shortValueDecoder.word1(), Bytes.INLINE_LENGTH);
        if (session.answered(id)) {
            handler.onResult(id, Status.OK, entry);
        }
    }

    private void onOutcome(DirectBuffer buffer, int offset, long id) {
        outcomeDecoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        entry.identify(outcomeDecoder.handle(), outcomeDecoder.version());
        entry.level(outcomeDecoder.level());
        entry.value().resize(0);
        int status = outcomeDecoder.statusRaw();
        if (session.answered(id)) {
            handler.onResult(id, status, entry);
        }
    }

    private void onResult(DirectBuffer buffer, int offset) {
        resultDecoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        long id = resultDecoder.correlationId();
        entry.identify(resultDecoder.handle(), resultDecoder.version());
        entry.level(resultDecoder.level());
        int status = resultDecoder.statusRaw();
        takeValue(entry.value());
        if (session.answered(id)) {
            handler.onResult(id, status, entry);
        }
    }

    private void takeValue(Value value) {
        int length = resultDecoder.valueLength();
        if (length == Bytes.INLINE_LENGTH) {
            WordValues.read(resultDecoder.buffer(), resultDecoder.limit(), value);
            return;
        }
        if (length < Bytes.INLINE_LENGTH) {
            value.resize(length);
        } else {
            value.resize(Math.min(length, value.capacity()));
        }
        resultDecoder.getValue(value.array(), 0, value.length());
    }

    private void onValueChunk(DirectBuffer buffer, int offset) {
        chunkDecoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        if (bulkReceiver == null) {
            bulkReceiver = new BulkReceiver(session.limits().maxValueLength());
        }
        long id = chunkDecoder.correlationId();
        if (bulkReceiver.take(chunkDecoder) && session.answered(id)) {
            handler.onResult(id, Status.OK, bulkReceiver.entry());
        }
    }

    /**
     * Reads a byte of every cache line of a long answer: so the other core's lines come all at once, where the decoder, which needs
     * the one before to find the next, would wait for each.
     */
    private void fetchLines(DirectBuffer buffer, int offset, int length) {
        int all = 0;
        for (int at = 0; at < length; at += BitUtil.CACHE_LINE_LENGTH) {
            all |= buffer.getByte(offset + at);
        }
        fetched = all;
    }

    /** Entries of one length, copied in whole: their cache lines come at once, where a decoder would wait for each. */
    private void onShortValues(DirectBuffer buffer, int offset, long id) {
        shortValuesDecoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        if (!session.answered(id)) {
            return;
        }
        long missing = shortValuesDecoder.missing();
        ShortValuesDecoder.EntriesDecoder entries = shortValuesDecoder.entries();
        int count = Math.min(entries.count(), Batch.MAX_LENGTH);
        int length = entries.actingBlockLength();
        buffer.getBytes(shortValuesDecoder.limit(), shortValues, 0, count * length);
        InFlight unanswered = session.unanswered();
        System.arraycopy(unanswered.batchHandles(), unanswered.firstHandleOf(id), handles, 0, count);
        for (int i = 0; i < count; i++) {
            boolean isMissing = (missing >>> i & 1) != 0;
            int at = i * length;
            int status = isMissing ? takeMissing(at) : takeShortValue(at, handles[i]);
            handler.onBatchEntry(id, i, status, entry);
        }
        handler.onBatchEnd(id, Status.OK);
    }

    private int takeMissing(int at) {
        entry.clear();
        return (int) LittleEndian.getLong(shortValues, at + WORD0);
    }

    private int takeShortValue(int at, long handle) {
        entry.identify(handle, LittleEndian.getLong(shortValues, at + VERSION));
        entry.value()
                .setInline(
                        LittleEndian.getLong(shortValues, at + WORD0),
                        LittleEndian.getLong(shortValues, at + WORD1),
                        Bytes.INLINE_LENGTH);
        return Status.OK;
    }

    private void onBatchResult(DirectBuffer buffer, int offset) {
        batchDecoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        long id = batchDecoder.correlationId();
        int status = batchDecoder.statusRaw();
        entry.level(batchDecoder.level());
        if (!session.answered(id)) {
            return;
        }
        BatchResultDecoder.EntriesDecoder entries = batchDecoder.entries();
        for (int index = 0; entries.hasNext(); index++) {
            entries.next();
            entry.identify(entries.handle(), entries.version());
            int entryStatus = entries.statusRaw();
            takeValue(entries);
            handler.onBatchEntry(id, index, entryStatus, entry);
        }
        handler.onBatchEnd(id, status);
    }

    private void takeValue(BatchResultDecoder.EntriesDecoder entries) {
        Value value = entry.value();
        int length = entries.valueLength();
        if (length == Bytes.INLINE_LENGTH) {
            WordValues.read(batchDecoder.buffer(), batchDecoder.limit(), value);
            entries.skipValue();
        } else {
            value.resize(Math.min(length, value.capacity()));
            entries.getValue(value.array(), 0, value.length());
        }
    }

    private void onScanPage(DirectBuffer buffer, int offset) {
        pageDecoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        long id = pageDecoder.correlationId();
        long nextCursor = pageDecoder.nextCursor();
        int status = pageDecoder.statusRaw();
        if (!session.answered(id)) {
            return;
        }
        ScanPageDecoder.EntriesDecoder entries = pageDecoder.entries();
        while (entries.hasNext()) {
            entries.next();
            entry.identify(entries.handle(), entries.version());
            long fullLength = entries.fullLength();
            scanKey.resize(entries.keyLength());
            entries.getKey(scanKey.array(), 0, scanKey.length());
            entry.value().resize(entries.valueLength());
            entries.getValue(entry.value().array(), 0, entry.value().length());
            if (fullLength == entry.value().length()) {
                handler.onScanEntry(id, scanKey, entry);
            } else {
                handler.onScanEntryWithoutValue(id, scanKey, entry, fullLength);
            }
        }
        handler.onScanEnd(id, status, nextCursor);
    }

    private void onKeepAlive(DirectBuffer buffer, int offset) {
        long id = keepAliveDecoder
                .wrapAndApplyHeader(buffer, offset, headerDecoder)
                .correlationId();
        if (id != 0 && session.answered(id)) {
            entry.clear();
            handler.onResult(id, Status.OK, entry);
        }
    }

    private void onClose(DirectBuffer buffer, int offset) {
        CloseDecoder close = new CloseDecoder().wrapAndApplyHeader(buffer, offset, headerDecoder);
        session.end(CloseCause.SERVER, close.code() + ": " + close.text());
    }
}
