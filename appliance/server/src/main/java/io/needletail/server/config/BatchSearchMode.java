package io.needletail.server.config;

/** How the short keys of a batch are searched. The answers are the same. */
public enum BatchSearchMode {
    /** Whichever was fastest when the appliance started. */
    AUTO,
    /** By one call into C, which asks for cache lines ahead. */
    NATIVE,
    /** In stages in Java, with the widest vectors that the processor compares at once. */
    VECTOR,
    /** In stages in Java, a lane after the other. */
    SCALAR;

    /** What the option says. */
    public static BatchSearchMode of(Configuration configuration) {
        return values()[(int) configuration.get(Option.BATCH_SEARCH)];
    }
}
