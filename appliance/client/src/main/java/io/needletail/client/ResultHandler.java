package io.needletail.client;

import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;

/** Takes what {@link Session#poll} finds, on the polling thread. Keys and entries are reused after the call returns. */
public interface ResultHandler {
    /**
     * The answer to a request.
     *
     * @param status a {@link io.needletail.registry.view.Status}; UNKNOWN when the session ended before the answer came
     * @param entry handle and version when the status is OK, and the value after a get
     */
    void onResult(long correlationId, int status, Entry entry);

    /** One entry of the answer to a batch or a group; the index is the one it had in the request. */
    default void onBatchEntry(long correlationId, int index, int status, Entry entry) {}

    /** The end of the answer to a batch or a group, and the status of the whole. */
    default void onBatchEnd(long correlationId, int status) {}

    /** One entry of a scan's page. */
    default void onScanEntry(long correlationId, Key key, Entry entry) {}

    /** One entry of a scan's page whose value exceeds a message: it is left out, and asked for by its handle. */
    default void onScanEntryWithoutValue(long correlationId, Key key, Entry entry, long valueLength) {}

    /** The end of a scan's page; a next cursor of 0 is the end of the scan. */
    default void onScanEnd(long correlationId, int status, long nextCursor) {}

    /** The session ended, once; every unanswered request was reported as UNKNOWN before. */
    default void onClosed(CloseCause cause, String text) {}
}
