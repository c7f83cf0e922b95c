package io.needletail.registry;

import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionLayout;

/** The plain twin of {@link VectorBucketProbe}, kept for processors without wide vectors and as its oracle. */
final class ScalarBucketProbe extends BucketProbe {
    @Override
    long match(long bucketAddress, int fingerprint) {
        long matches = 0;
        for (int lane = 0; lane < RegionLayout.BUCKET_LANES; lane++) {
            int found = (int) (Loads.getLong(bucketAddress + lane * 8L) >>> 32);
            matches |= (found == fingerprint ? 2L : 0L) << (2 * lane);
        }
        return matches;
    }
}
