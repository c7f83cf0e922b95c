package io.needletail.bench.mirror;

import io.needletail.rdma.RemoteRegion;
import java.util.HexFormat;

/** Where memory of another process is reached, in words that fit on a line between processes. */
record FabricPlace(byte[] endpoint, RemoteRegion region) {
    static FabricPlace parse(String words) {
        String[] parts = words.split(" ");
        return new FabricPlace(
                HexFormat.of().parseHex(parts[0]),
                new RemoteRegion(Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3])));
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(endpoint) + " " + region.address() + " " + region.key() + " " + region.length();
    }
}
