package io.needletail.registry.view;

/** State and epoch of a region in one long, so that a reader's last load sees both: {@code state:8 | epoch:56}. */
public final class RegionState {
    /** Formatted, never served. */
    public static final int NEW = 0;

    public static final int RECOVERING = 1;
    public static final int SERVING = 2;
    public static final int MIRROR = 3;
    public static final int FAILED = 4;
    public static final int RETIRED = 5;

    private static final String[] NAMES = {"NEW", "RECOVERING", "SERVING", "MIRROR", "FAILED", "RETIRED"};

    private RegionState() {}

    public static long of(int state, long epoch) {
        assert state >= NEW && state <= RETIRED : "state=" + state;
        assert epoch >= 0 && epoch < 1L << 56 : "epoch=" + epoch;
        return ((long) state << 56) | epoch;
    }

    public static int state(long word) {
        return (int) (word >>> 56);
    }

    public static long epoch(long word) {
        return word & ((1L << 56) - 1);
    }

    public static String name(int state) {
        return state >= 0 && state < NAMES.length ? NAMES[state] : "state=" + state;
    }
}
