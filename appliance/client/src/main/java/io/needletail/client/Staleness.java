package io.needletail.client;

import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;

/** How old an answer of a mirror may be, and whether that is too old. For one thread. */
public final class Staleness {
    /** Of what nothing is known. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    private final long mostNs;
    private long ns = UNKNOWN;

    /** @param mostNs that is answered */
    public Staleness(long mostNs) {
        this.mostNs = mostNs;
    }

    /** Nothing came of it. */
    public void unknown() {
        ns = UNKNOWN;
    }

    /** An answer that has every change that was made by a moment, or more; {@link #UNKNOWN} behind {@link #unknown}. */
    public void since(long asOfNs, long nowNs) {
        ns = nowNs - asOfNs < 0
                ? UNKNOWN
                : nowNs - asOfNs; // of another boot of this machine: the clock has begun again
    }

    /** WRITER_UNAVAILABLE without a value in place of a status that was read and is too old. */
    public int bounded(int status, Entry into) {
        if (isYoungEnough() || !saysWhatIsThere(status)) {
            return status;
        }
        into.value().clear();
        return Status.WRITER_UNAVAILABLE;
    }

    private static boolean saysWhatIsThere(int status) {
        return switch (status) {
            case Status.OK, Status.ABSENT, Status.STALE_HANDLE, Status.VALUE_TOO_LONG, Status.NOT_YET -> true;
            default -> false;
        };
    }

    private boolean isYoungEnough() {
        return ns <= mostNs;
    }

    public long ns() {
        return ns;
    }
}
