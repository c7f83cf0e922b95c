package io.needletail.registry.view;

/** Takes what {@link ChangeReader#poll} finds, on the polling thread. Key and entry are reused after the call returns. */
@FunctionalInterface
public interface ChangeHandler {
    /**
     * One change of one entry, in the order of the shard's mutations.
     *
     * @param operation one of {@link RecordLayout}'s INSERT to TOUCH
     * @param key the key where the record has it: inserted, deleted and expired entries; else empty, and the handle names the entry
     * @param entry handle, version and the value after the change
     * @param hasValue false when there is none after the change, and after a touch, which does not change it
     * @param timeNs engine time of the change, ns since 1970
     */
    void onChange(int operation, Key key, Entry entry, boolean hasValue, long timeNs);
}
