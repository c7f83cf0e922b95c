package io.needletail.server.config;

/** Whether regions are in persistent memory. */
public enum PersistentMode {
    /** They are lost with the power, and made again from snapshots and journal. */
    OFF,
    /** On a DAX file system, where the option region-dir says. */
    DAX,
    /** On any file system, for trying it out: the same is done, and no loss of power is survived. */
    EMULATED;

    public static PersistentMode of(Configuration configuration) {
        return values()[(int) configuration.get(Option.PERSISTENT_MEMORY)];
    }
}
