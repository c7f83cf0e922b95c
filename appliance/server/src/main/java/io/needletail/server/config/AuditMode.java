package io.needletail.server.config;

/** Whether an audit trail is written, and what happens when its recorder falls behind. */
public enum AuditMode {
    /** None is written. */
    OFF,
    /** Changes go on; the trail says that it has a gap. */
    LOSSY,
    /** Changes are refused until the recorder has read what the ring holds: the trail has no gap. */
    GATING;

    public static AuditMode of(Configuration configuration) {
        return values()[(int) configuration.get(Option.AUDIT)];
    }
}
