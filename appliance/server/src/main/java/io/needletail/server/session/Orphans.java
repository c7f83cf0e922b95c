package io.needletail.server.session;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;
import org.agrona.collections.LongArrayList;
import org.agrona.collections.LongHashSet;

/**
 * Anonymous entries whose session has ended. They are freed a few a duty cycle, so that a session with thousands of them
 * delays nobody when it goes. For the shard's thread.
 */
final class Orphans {
    private final ShardEngine engine;
    private final LongArrayList handles = new LongArrayList();
    private final Entry freed = new Entry(0);

    Orphans(ShardEngine engine) {
        this.engine = engine;
    }

    /** Takes over what an ended session had, null for nothing. */
    void adopt(LongHashSet owned) {
        if (owned == null) {
            return;
        }
        LongHashSet.LongIterator iterator = owned.iterator();
        while (iterator.hasNext()) {
            handles.addLong(iterator.nextValue());
        }
        owned.clear();
    }

    /** Frees at most {@code limit} of them; how many it looked at. */
    int free(int limit) {
        int done = 0;
        while (done < limit && !handles.isEmpty()) {
            long handle = handles.getLong(handles.size() - 1);
            if (engine.delete(handle, freed) == Status.BACK_PRESSURED) {
                break; // a consumer of the log stalls: later
            }
            handles.popLong(); // freed, or somebody else has deleted it before
            done++;
        }
        return done;
    }
}
