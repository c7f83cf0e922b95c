package io.needletail.audit;

/**
 * One document of the trail, as it is read.
 *
 * @param kind what it says
 * @param shard whose log it is of
 * @param dataSet of the region: another one after {@code start --fresh}
 * @param version of the change; of a beginning or a gap, that of the last change before it, or 0
 * @param timeNs engine time of the change, ns since 1970; of a beginning or a gap, when it was noted
 * @param operation insert, update, delete, ..., or why recording begins here
 * @param handle of the entry, 0 for no change
 * @param key null where the record has none and the entry was gone when it was recorded
 * @param value null where there is none after the change
 */
public record TrailEntry(
        Kind kind,
        int shard,
        long dataSet,
        long version,
        long timeNs,
        String operation,
        long handle,
        byte[] key,
        byte[] value) {
    /** What a document says; the trail has the name in small letters. */
    public enum Kind {
        /** Recording begins: with everything there is, or from here on. */
        BEGIN,
        CHANGE,
        /** Changes behind this version were not recorded: the ring had come round. */
        GAP
    }

    /** The same where the key is known from elsewhere. */
    TrailEntry withKey(byte[] knownKey) {
        return new TrailEntry(kind, shard, dataSet, version, timeNs, operation, handle, knownKey, value);
    }
}
