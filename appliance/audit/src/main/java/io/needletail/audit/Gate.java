package io.needletail.audit;

import io.needletail.memory.MappedFile;
import io.needletail.registry.LiveHeader;
import io.needletail.registry.Stores;
import io.needletail.registry.view.RegionLayout;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where a gating consumer outside the appliance says how far it has come: the shard overwrites nothing behind it. Only the lines of
 * the region's header that are there for it are mapped to be written to. The position is stored with release; the shard reads it
 * with acquire when it has no room left.
 */
final class Gate implements AutoCloseable {
    private final MappedFile header;
    private final long address;
    private long position;

    Gate(Path region, int consumer) throws IOException {
        header = MappedFile.openShared(region, RegionLayout.BODY_OFFSET);
        address = new LiveHeader(header.segment().address()).consumerAddress(consumer);
    }

    void moveTo(long newPosition) {
        if (newPosition > position) {
            position = newPosition;
            Stores.putLongRelease(address, newPosition);
        }
    }

    @Override
    public void close() throws IOException {
        header.close();
    }
}
