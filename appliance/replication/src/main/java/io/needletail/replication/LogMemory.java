package io.needletail.replication;

import io.needletail.engine.MirrorLog;
import io.needletail.rdma.Fabric;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.rdma.RemoteRegion;
import io.needletail.registry.Stores;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RecordLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A mirror's memory that the primary writes the log into: of one epoch, and never looked at again. What stands there may change while one
 * looks, so each record is copied, and the copy is validated. For the mirror's thread.
 */
final class LogMemory implements AutoCloseable {
    private final RegisteredRegion memory;
    private final long base;
    private final long mask;
    private final MirrorLog log;
    private final MemorySegment copy;

    /** @param length as the primary's ring, a power of two */
    LogMemory(Fabric fabric, long length, MirrorLog log) {
        this(fabric.ring(length), log);
    }

    private LogMemory(RegisteredRegion memory, MirrorLog log) {
        this.memory = memory;
        this.log = log;
        base = memory.memory().address();
        mask = memory.memory().byteSize() - 1;
        copy = Arena.ofAuto().allocate(log.longestRecord(), RecordLayout.LINE_LENGTH);
    }

    RemoteRegion place() {
        return memory.place();
    }

    /** Keeps what has come and continues the log, as many records as that; how many there were. */
    int take(int most) {
        int taken = 0;
        while (taken < most && takeNext()) {
            taken++;
        }
        return taken;
    }

    private boolean takeNext() {
        long at = base + (log.position() & mask);
        int length = log.lengthOf(Loads.getLongAcquire(at));
        if (length <= 0) {
            return false;
        }
        Stores.copy(at, copy.address(), length);
        return log.lengthOf(Loads.getLong(copy.address())) == length && log.keep(copy.address());
    }

    /** Revoked, which is hygiene and no fence: the memory stays. */
    @Override
    public void close() {
        memory.close();
    }
}
