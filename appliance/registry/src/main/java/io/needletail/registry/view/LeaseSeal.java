package io.needletail.registry.view;

/** Ties together what stands in a region's lease line, for who reads it in one piece from another machine: until when, for how long, as of when. */
public final class LeaseSeal {
    private static final long K_UNTIL = 0x9E37_79B9_7F4A_7C15L;
    private static final long K_LEFT = 0xBF58_476D_1CE4_E5B9L;

    private LeaseSeal() {}

    /**
     * The seal of a lease.
     *
     * @param untilNs as the owner's clock counts
     * @param leftNs what was left of it when it was written
     * @param asOfNs of a mirror, else 0
     */
    public static long of(long untilNs, long leftNs, long asOfNs) {
        long mixed = ((untilNs * K_UNTIL ^ leftNs) * K_LEFT ^ asOfNs) * K_UNTIL;
        return mixed ^ mixed >>> 32;
    }
}
