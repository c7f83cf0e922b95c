package io.needletail.server.cli;

import io.needletail.client.SessionLimits;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;

/** What a refusal means and what to do about it: {@code error NAME: what, the limit, how to raise it}. */
final class Refusals {
    private Refusals() {}

    static String explain(int status, SessionLimits limits, Entry entry) {
        return status == Status.NOT_FOUND || status == Status.ABSENT
                ? "not found"
                : "error " + Status.name(status) + ": " + what(status, limits, entry);
    }

    private static String what(int status, SessionLimits limits, Entry entry) {
        return switch (status) {
            case Status.VERSION_CONFLICT -> "the entry has version " + entry.version() + " now; read it and try again";
            case Status.OVERFLOW -> "the sum does not fit a signed 64-bit number; nothing was changed";
            case Status.NOT_A_NUMBER -> "the value is not 8 bytes long; clear it first, or put 0x and 16 hex digits";
            case Status.STALE_HANDLE -> "the handle's entry is gone; resolve the key again";
            case Status.EPOCH_CHANGED -> "the handle is of an older epoch; revalidate it with its key";
            case Status.EXISTS -> "the key has a value already; put replaces it";
            case Status.NOT_APPLIED -> "another change of the group failed, so nothing was changed";
            case Status.WRONG_SHARD -> "the key belongs to another shard; connect to the namespace, not to one shard";
            case Status.SEVERAL_SHARDS -> "a group's keys must be of one shard; split it, or choose keys that are";
            case Status.DONE_BEFORE -> "applied before the connection was lost; read the entry for its present value";
            case Status.REFUSED_BEFORE -> "refused before the connection was lost; send it again as a new request";
            case Status.NOT_YET -> "the value has not reached the level yet; ask again later";
            case Status.UNKNOWN -> unknown(entry);
            case Status.BACK_PRESSURED -> "a consumer of the mutation log stalls: " + TextBytes.format(entry.value());
            case Status.LEVEL_UNAVAILABLE -> unavailable(entry) + "; nothing was changed";
            case Status.SCANNER_BUSY -> "the session has as many scans waiting as it may; take their answers first";
            case Status.INVALID_REQUEST ->
                "the key must not be empty, a time to live from 1ns to a hundred years, an entry in a group only once";
            case Status.WRITER_UNAVAILABLE -> "the shard does not serve: it starts, or its process died; see the log";
            case Status.REGION_RETIRED -> "the region was closed for good; connect again";
            case Status.REGION_FAILED -> "the shard stopped after a fault of its own; see the log and start it again";
            default -> limit(status, limits);
        };
    }

    /** A shard that stops says how far the change came; who hears nothing knows no more than that. */
    private static String unknown(Entry entry) {
        String how = entry.level() == Level.NONE
                ? "no answer in time, or the shard stopped"
                : "the shard stopped when the change had reached level=" + Level.name(entry.level()) + " and no more";
        return how + "; the request may have been applied, so read before you repeat it";
    }

    /** A batch or a group is refused without the appliance's words. */
    private static String unavailable(Entry entry) {
        return entry.value().length() == 0
                ? "the appliance was not started so that it offers the level; see journal in needletail config explain"
                : TextBytes.format(entry.value());
    }

    private static String limit(int status, SessionLimits limits) {
        return switch (status) {
            case Status.KEY_TOO_LONG ->
                "the longest key has " + limits.maxKeyLength() + " bytes; raise max-key-length and start --fresh";
            case Status.VALUE_TOO_LONG ->
                "the longest value has " + limits.maxValueLength() + " bytes; raise max-value-length and start --fresh";
            case Status.SLOTS_FULL -> "all slots are in use; raise keyed-slots and start --fresh";
            case Status.DIRECTORY_FULL -> "no place for this key in the directory; raise keyed-slots and start --fresh";
            case Status.SLAB_FULL -> "no block of this size is free; raise slab-bytes and start --fresh";
            case Status.ANONYMOUS_LIMIT ->
                "the session has as many entries without a key as it may; raise anonymous-per-session";
            case Status.REPLY_FULL ->
                "the batch's values exceed one message of " + limits.maxFrameLength()
                        + " bytes; ask for this entry alone";
            case Status.BATCH_TOO_LONG ->
                "a batch or group has at most " + limits.maxBatchLength() + " entries and a message of "
                        + limits.maxFrameLength() + " bytes; split it";
            default -> "refused";
        };
    }
}
