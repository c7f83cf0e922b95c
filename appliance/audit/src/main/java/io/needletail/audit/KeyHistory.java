package io.needletail.audit;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds the changes of one key: a record names the key where the entry comes and goes, and the handle in between. Entries are
 * shown to it in their order.
 */
final class KeyHistory {
    private static final long NONE = 0;

    private final byte[] key;
    /** The key's handle in each shard, while it has one; a key lives in one shard, until the appliance is made anew. */
    private final Map<Integer, Long> handles = new HashMap<>();

    KeyHistory(byte[] key) {
        this.key = key;
    }

    boolean isOf(TrailEntry entry) {
        if (entry.kind() != TrailEntry.Kind.CHANGE) {
            handles.remove(entry.shard()); // it may have come and gone, or the region is another one
            return false;
        }
        boolean isOf = entry.key() == null
                ? entry.handle() == handles.getOrDefault(entry.shard(), NONE)
                : Arrays.equals(entry.key(), key);
        if (isOf) {
            note(entry);
        }
        return isOf;
    }

    private void note(TrailEntry entry) {
        if (entry.operation().equals("delete")) {
            handles.remove(entry.shard());
        } else {
            handles.put(entry.shard(), entry.handle());
        }
    }
}
