package io.needletail.engine;

import io.needletail.registry.Registry;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.EntryViews;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Status;

/** Runs batches on a shard: one staged search for all entries, then each on its own. For the owner thread. */
final class BatchRunner {
    /** As many as a second-level cache holds, of those with a key one MiB. */
    private static final long CACHED_SLOTS = 1 << 14;

    private final ShardEngine engine;
    private final Registry registry;
    private final Entry written = new Entry(Long.BYTES);

    private final boolean exceedsCache;
    /** Written so that the touches are not optimised away. */
    private int touched;

    BatchRunner(ShardEngine engine) {
        this.engine = engine;
        registry = engine.registry();
        exceedsCache = registry.slots() > CACHED_SLOTS;
    }

    int get(Batch batch) {
        if (batch.length() == 0) {
            return Status.INVALID_REQUEST;
        }
        if (batch.isAllByHandle()) {
            getByHandle(batch);
            return Status.OK;
        }
        registry.find(batch);
        if (batch.isAllByShortKey()) {
            getFound(batch);
            return Status.OK;
        }
        for (int i = 0, length = batch.length(); i < length; i++) {
            finish(batch, i, batch.isByKey(i) ? getFound(batch, i) : registry.get(batch.handle(i), batch.entry(i)));
        }
        return Status.OK;
    }

    /**
     * Where slots lie in memory, all of them are touched first: a loop that does nothing else has all its waits under way at once,
     * one that fills entries only those of the next few.
     */
    private void getByHandle(Batch batch) {
        int length = batch.length();
        if (exceedsCache) {
            int all = 0;
            for (int i = 0; i < length; i++) {
                all |= registry.touch(batch.handle(i));
            }
            touched = all;
        }
        for (int i = 0; i < length; i++) {
            finish(batch, i, registry.get(batch.handle(i), batch.entry(i)));
        }
    }

    void get(long[] handles, int offset, int length, EntryViews into) {
        if (exceedsCache) {
            int all = 0;
            for (int i = offset; i < offset + length; i++) {
                all |= registry.touch(handles[i]);
            }
            touched = all;
        }
        registry.get(handles, offset, length, into);
    }

    private void getFound(Batch batch) {
        for (int i = 0, length = batch.length(); i < length; i++) {
            finish(batch, i, getFound(batch, i));
        }
    }

    private int getFound(Batch batch, int index) {
        long slot = registry.foundSlot(index);
        return slot < 0 ? Status.NOT_FOUND : registry.getFound(slot, batch.entry(index));
    }

    private static void finish(Batch batch, int index, int status) {
        batch.status(index, status);
        if (status != Status.OK) {
            batch.entry(index).clear();
        }
    }

    int resolve(Batch batch, boolean create) {
        if (batch.length() == 0) {
            return Status.INVALID_REQUEST;
        }
        registry.find(batch);
        for (int i = 0, length = batch.length(); i < length; i++) {
            int status = batch.isByKey(i)
                    ? resolve(batch, i, create)
                    : Status.INVALID_REQUEST; // a handle is resolved already
            finish(batch, i, status);
        }
        return Status.OK;
    }

    /** What the search found stays: a batch of these only adds keys. What it did not find, an entry before may have created. */
    private int resolve(Batch batch, int index, boolean create) {
        long slot = registry.foundSlot(index);
        return slot < 0
                ? engine.resolve(batch.key(index), create, batch.entry(index))
                : engine.resolved(slot, batch.entry(index));
    }

    /** The values to write stay in the batch, so an entry that was refused can be tried again. */
    int put(Batch batch) {
        if (batch.length() == 0) {
            return Status.INVALID_REQUEST;
        }
        registry.find(batch);
        for (int i = 0, length = batch.length(); i < length; i++) {
            Entry entry = batch.entry(i);
            int status = batch.isByKey(i)
                    ? engine.put(batch.key(i), entry.value(), written)
                    : engine.put(batch.handle(i), entry.value(), written);
            batch.status(i, status);
            if (status == Status.OK) {
                entry.identify(written.handle(), written.version());
            } else {
                entry.identify(Handle.NULL, 0);
            }
        }
        return Status.OK;
    }
}
