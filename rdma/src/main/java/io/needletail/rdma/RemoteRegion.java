package io.needletail.rdma;

/**
 * What a peer says of memory that it has registered, so that it can be reached: as it came over the session, so it is checked.
 *
 * @param address of its first byte as the provider counts, not of this process
 * @param key that the provider asks for; another one with every registration
 * @param length bytes
 */
public record RemoteRegion(long address, long key, long length) {
    public RemoteRegion {
        if (length < 0 || address + length < address && address >= 0) {
            throw new IllegalArgumentException("address=" + address + " length=" + length);
        }
    }

    /** Whether bytes are in it; overflow is none. */
    public boolean holds(long offset, long bytes) {
        return offset >= 0 && bytes >= 0 && offset <= length - bytes;
    }
}
