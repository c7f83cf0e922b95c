package io.needletail.server.config;

/** Who runs the media driver's conductor, which moves the publication limits. */
public enum DriverMode {
    /** A thread of its own where there are cores for it, else the shard. */
    AUTO,
    /** The shard, between messages. */
    INVOKER,
    /** A thread of its own. */
    SHARED
}
