package io.needletail.bench.batch;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.SlotLayout;

/** The floor: sixteen bytes of the slot that each handle names, unchecked. */
final class BareLoads implements BatchedGets {
    private final long[] addresses;
    private final int mask;
    private int cursor;

    BareLoads(Asked asked) {
        ShardEngine engine = asked.engine();
        long[] handles = asked.handles();
        addresses = new long[handles.length];
        for (int i = 0; i < handles.length; i++) {
            addresses[i] = engine.registry().slotAddress(Handle.slot(handles[i])) + SlotLayout.VALUE_OFFSET;
        }
        mask = asked.mask();
    }

    @Override
    public long some() {
        long sum = 0;
        int at = cursor;
        for (int i = 0; i < SOME; i++) {
            long address = addresses[at++ & mask];
            sum += Loads.getLong(address) ^ Loads.getLong(address + Long.BYTES);
        }
        cursor = at;
        return sum;
    }
}
