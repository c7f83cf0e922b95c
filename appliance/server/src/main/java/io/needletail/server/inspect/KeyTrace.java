package io.needletail.server.inspect;

import io.needletail.journal.JournalListing;
import io.needletail.registry.view.ChangeHandler;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RecordLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/** The last changes of one key that a journal has: the records that name it, and those of its handle in between. */
public final class KeyTrace implements ChangeHandler {
    private final byte[] key;
    private final int most;
    private final Function<byte[], String> text;
    private final Deque<Facts> last = new ArrayDeque<>();
    private String fault;
    private long position;
    private long handle;

    /**
     * Of one key.
     *
     * @param handle that it has at the beginning of the journal, or 0
     * @param most of its last changes
     * @param text how a value is shown
     */
    public KeyTrace(byte[] key, long handle, int most, Function<byte[], String> text) {
        this.key = key.clone();
        this.handle = handle;
        this.most = most;
        this.text = text;
    }

    /** Oldest first. */
    public List<Facts> in(Path journal) throws IOException {
        fault = JournalListing.changes(journal, (at, epoch) -> position = at, this);
        return new ArrayList<>(last);
    }

    /** What was wrong with the journal behind the last change that was seen, or null. */
    public String fault() {
        return fault;
    }

    @Override
    public void onChange(int operation, Key named, Entry entry, boolean hasValue, long timeNs) {
        boolean isOf = named.length() > 0 ? Arrays.equals(named.toByteArray(), key) : entry.handle() == handle;
        if (!isOf) {
            return;
        }
        handle = operation == RecordLayout.DELETE ? 0 : entry.handle();
        last.add(new Facts()
                .put("version", entry.version())
                .put("position", position)
                .put("time", RegionInspection.time(timeNs))
                .put("operation", RecordLayout.operationName(operation))
                .put("value", hasValue ? text.apply(entry.value().toByteArray()) : null));
        if (last.size() > most) {
            last.remove();
        }
    }
}
