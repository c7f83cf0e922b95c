package io.needletail.client;

import io.needletail.protocol.ValueChunkDecoder;
import io.needletail.registry.view.Entry;

/** Puts a value that came in chunks together. The appliance sends one after the other; a chunk that begins at 0 starts anew. */
final class BulkReceiver {
    private final Entry entry;
    private long correlationId;
    private int received;

    BulkReceiver(int maxValueLength) {
        entry = new Entry(maxValueLength);
    }

    /** Takes a chunk; true when the value is whole and {@link #entry()} holds it. */
    boolean take(ValueChunkDecoder chunk) {
        long begin = chunk.begin();
        long total = chunk.totalLength();
        int length = chunk.valueLength();
        if (begin == 0 && total <= entry.value().capacity()) {
            correlationId = chunk.correlationId();
            received = 0;
            entry.value().resize((int) total);
            entry.identify(chunk.handle(), chunk.version());
        }
        boolean continues = correlationId == chunk.correlationId()
                && received == begin
                && total == entry.value().length()
                && begin + length <= total;
        if (!continues) {
            return false; // the rest of a value that began anew
        }
        chunk.getValue(entry.value().array(), received, length);
        received += length;
        return received == total;
    }

    Entry entry() {
        return entry;
    }
}
