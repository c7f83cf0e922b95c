package io.needletail.registry;

import io.needletail.registry.view.Loads;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** One 512-bit load and compare, or two of 256 bits. The fingerprints are the odd 32-bit lanes. */
final class VectorBucketProbe extends BucketProbe {
    private static final VectorSpecies<Integer> WIDE = IntVector.SPECIES_512;
    private static final VectorSpecies<Integer> HALF = IntVector.SPECIES_256;
    private static final boolean IS_WIDE = IntVector.SPECIES_PREFERRED.vectorBitSize() >= 512;
    private static final long FINGERPRINTS = 0xAAAA;
    private static final MemorySegment MEMORY = Loads.memory();

    static boolean isSupported() {
        return IntVector.SPECIES_PREFERRED.vectorBitSize() >= 256;
    }

    @Override
    long match(long bucketAddress, int fingerprint) {
        return (IS_WIDE ? wide(bucketAddress, fingerprint) : halves(bucketAddress, fingerprint)) & FINGERPRINTS;
    }

    private static long wide(long address, int fingerprint) {
        return IntVector.fromMemorySegment(WIDE, MEMORY, address, ByteOrder.LITTLE_ENDIAN)
                .compare(VectorOperators.EQ, fingerprint)
                .toLong();
    }

    private static long halves(long address, int fingerprint) {
        long low = half(address, fingerprint);
        return low | half(address + 32, fingerprint) << 8;
    }

    private static long half(long address, int fingerprint) {
        return IntVector.fromMemorySegment(HALF, MEMORY, address, ByteOrder.LITTLE_ENDIAN)
                .compare(VectorOperators.EQ, fingerprint)
                .toLong();
    }
}
