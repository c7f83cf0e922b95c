package io.needletail.client;

import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import java.util.function.LongSupplier;

/** Brings handles of an older epoch back by their keys. What was brought back before one more restart is brought back again. */
final class Revalidation {
    /** One handle's part of it. */
    interface One {
        int revalidate(long handle, Key key, Entry into);
    }

    private Revalidation() {}

    /**
     * Replaces handles in place, 0 for a key that is gone.
     *
     * @param epochs changes with every restart of any shard
     * @return OK when all were asked for in the same epoch, else what refused one; those before it are replaced
     */
    static int run(One one, LongSupplier epochs, long[] handles, Key[] keys, Entry scratch) {
        if (handles.length != keys.length) {
            throw new IllegalArgumentException("handles=" + handles.length + " keys=" + keys.length);
        }
        long before;
        do {
            before = epochs.getAsLong();
            for (int i = 0; i < handles.length; i++) {
                int status = one.revalidate(handles[i], keys[i], scratch);
                if (status != Status.OK && status != Status.NOT_FOUND) {
                    return status;
                }
                handles[i] = status == Status.OK ? scratch.handle() : 0;
            }
        } while (epochs.getAsLong() != before);
        return Status.OK;
    }
}
