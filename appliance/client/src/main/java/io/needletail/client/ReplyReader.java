package io.needletail.client;

import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.needletail.protocol.BatchResultDecoder;
import io.needletail.protocol.CloseDecoder;
import io.needletail.protocol.KeepAliveDecoder;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.protocol.ResultDecoder;
import io.needletail.protocol.ScanPageDecoder;
import io.needletail.protocol.ValueChunkDecoder;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import org.agrona.DirectBuffer;

/** What the appliance says, decoded for a handler: an answer to a request that is not waited for any more is passed over. */
final class ReplyReader implements FragmentHandler {
    private final Session session;
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final ResultDecoder resultDecoder = new ResultDecoder();
    private final BatchResultDecoder batchDecoder = new BatchResultDecoder();
    private final ValueChunkDecoder chunkDecoder = new ValueChunkDecoder();
    private final ScanPageDecoder pageDecoder = new ScanPageDecoder();
    private final KeepAliveDecoder keepAliveDecoder = new KeepAliveDecoder();
    private final Key scanKey = new Key();
    private final Entry entry;
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
            case ResultDecoder.TEMPLATE_ID -> onResult(buffer, offset);
            case ValueChunkDecoder.TEMPLATE_ID -> onValueChunk(buffer, offset);
            case BatchResultDecoder.TEMPLATE_ID -> onBatchResult(buffer, offset);
            case ScanPageDecoder.TEMPLATE_ID -> onScanPage(buffer, offset);
            case KeepAliveDecoder.TEMPLATE_ID -> onKeepAlive(buffer, offset);
            case CloseDecoder.TEMPLATE_ID -> onClose(buffer, offset);
            default -> {
                // A newer server's message that this client did not ask for.
            }
        }
    }

    private void onResult(DirectBuffer buffer, int offset) {
        resultDecoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        long id = resultDecoder.correlationId();
        entry.identify(resultDecoder.handle(), resultDecoder.version());
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

    private void onBatchResult(DirectBuffer buffer, int offset) {
        batchDecoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        long id = batchDecoder.correlationId();
        int status = batchDecoder.statusRaw();
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
