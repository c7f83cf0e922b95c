package io.needletail.engine;

import io.needletail.pmem.PersistentMemory;

/** Flushes and fences that reach no medium, as the emulation's. */
final class FlushedNowhere implements PersistentMemory {
    @Override
    public void flush(long address, long lengthBytes) {
        assert lengthBytes > 0 : "lengthBytes=" + lengthBytes;
    }

    @Override
    public void fence() {
        assert isEmulated() : "nothing is under way";
    }

    @Override
    public boolean isEmulated() {
        return true;
    }
}
