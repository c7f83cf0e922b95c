package io.needletail.registry.view;

/** What every tier can do: read an entry by its handle. */
public interface EntryReader {
    /**
     * Reads an entry.
     *
     * @param handle a handle of the current epoch
     * @param into takes handle, version and value when the answer is {@link Status#OK}; else its value is unspecified
     * @return {@link Status#OK}, {@link Status#ABSENT}, {@link Status#STALE_HANDLE}, {@link Status#EPOCH_CHANGED}, or why
     *     the shard cannot be read
     */
    int get(long handle, Entry into);

    /**
     * Reads an entry whose value has reached a level.
     *
     * @param level a {@link Level}
     * @return as {@link #get(long, Entry)}, or {@link Status#NOT_YET}: the entry then names handle and version, without a value;
     *     INVALID_REQUEST for what is no level
     */
    int get(long handle, int level, Entry into);
}
