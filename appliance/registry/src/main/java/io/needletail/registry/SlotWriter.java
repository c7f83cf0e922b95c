package io.needletail.registry;

import io.needletail.registry.view.Loads;
import io.needletail.registry.view.SlotLayout;
import java.lang.invoke.VarHandle;

/**
 * The writer's half of the version protocol: odd version (opaque), storeStore fence, data, even version (release). The fence
 * at the start orders the change that freed a recycled slot, key or block before the first store into it: a reader that
 * sees new bytes in old memory also sees the version that tells it to look again.
 */
public final class SlotWriter {
    private SlotWriter() {}

    /** To be called before the first store into a slab block that may have been used before. */
    public static void beforeRecycledBlock() {
        VarHandle.storeStoreFence();
    }

    /** Changes seal and value; the key, if there is one, stays. */
    public static void write(long address, long sequence, long seal, long value0, long value1) {
        begin(address, sequence);
        writeValue(address, seal, value0, value1);
        end(address, sequence);
    }

    /** Changes seal, value and deadline of a keyed slot; the key stays. */
    public static void write(long address, long sequence, long seal, long value0, long value1, long deadlineNs) {
        begin(address, sequence);
        writeValue(address, seal, value0, value1);
        Stores.putLong(address + SlotLayout.DEADLINE_OFFSET, deadlineNs);
        end(address, sequence);
    }

    /** Changes a keyed slot whole: value, deadline and key. */
    public static void writeKeyed(
            long address,
            long sequence,
            long seal,
            long value0,
            long value1,
            long deadlineNs,
            long keyMeta,
            long key0,
            long key1) {
        begin(address, sequence);
        writeValue(address, seal, value0, value1);
        Stores.putLong(address + SlotLayout.DEADLINE_OFFSET, deadlineNs);
        Stores.putLong(address + SlotLayout.KEY_META_OFFSET, keyMeta);
        Stores.putLong(address + SlotLayout.KEY_OFFSET, key0);
        Stores.putLong(address + SlotLayout.KEY_OFFSET + 8, key1);
        end(address, sequence);
    }

    private static void begin(long address, long sequence) {
        assert sequence > 0 : "sequence=" + sequence;
        assert (address & (SlotLayout.ANONYMOUS_LENGTH - 1)) == 0 : "address=" + address;
        VarHandle.storeStoreFence();
        Stores.putLongOpaque(address, sequence << 1 | 1);
        VarHandle.storeStoreFence();
    }

    private static void writeValue(long address, long seal, long value0, long value1) {
        assert (Loads.getLong(address) & 1) == 1 : "not begun: address=" + address;
        Stores.putLong(address + SlotLayout.SEAL_OFFSET, seal);
        Stores.putLong(address + SlotLayout.VALUE_OFFSET, value0);
        Stores.putLong(address + SlotLayout.VALUE_OFFSET + 8, value1);
    }

    private static void end(long address, long sequence) {
        assert Loads.getLong(address) == (sequence << 1 | 1) : "another change began: address=" + address;
        Stores.putLongRelease(address, sequence << 1);
    }
}
