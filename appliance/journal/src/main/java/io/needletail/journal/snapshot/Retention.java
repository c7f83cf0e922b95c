package io.needletail.journal.snapshot;

/**
 * How far back snapshots and the journal behind them are kept, so that an earlier time can be restored. The two newest chains
 * are always kept.
 *
 * @param keepNs engine time before the newest snapshot that can still be restored; 0 for no further than the second chain
 * @param mostBytes that snapshots and journal may take for it
 */
public record Retention(long keepNs, long mostBytes) {
    /** Nothing beyond what a lost region needs. */
    public static final Retention NONE = new Retention(0, 0);

    public Retention {
        if (keepNs < 0 || mostBytes < 0) {
            throw new IllegalArgumentException("keepNs=" + keepNs + " mostBytes=" + mostBytes);
        }
    }
}
