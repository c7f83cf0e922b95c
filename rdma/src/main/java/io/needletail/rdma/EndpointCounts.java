package io.needletail.rdma;

/** What became of an endpoint's operations, all of them; read by its thread. */
public final class EndpointCounts {
    private long writes;
    private long reads;
    private long busy;
    private long refused;
    private long completed;
    private long failed;
    private long abandoned;
    private long pollFailures;

    void posted(boolean isWrite, int code) {
        if (code == Endpoint.POSTED) {
            writes += isWrite ? 1 : 0;
            reads += isWrite ? 0 : 1;
        } else if (code == Endpoint.BUSY) {
            busy++;
        } else {
            refused++;
        }
    }

    void ended(int error) {
        completed++;
        failed += error == 0 ? 0 : 1;
    }

    void abandoned(int inFlight) {
        abandoned += inFlight;
    }

    void pollFailed() {
        pollFailures++;
    }

    public long writes() {
        return writes;
    }

    public long reads() {
        return reads;
    }

    /** Tries that the window or the fabric did not take. */
    public long busy() {
        return busy;
    }

    /** Tries that the fabric refused with an error. */
    public long refused() {
        return refused;
    }

    /** Operations that came to an end, with an error or without. */
    public long completed() {
        return completed;
    }

    public long failed() {
        return failed;
    }

    /** Operations that were under way when the endpoint was closed. */
    public long abandoned() {
        return abandoned;
    }

    /** Polls that were answered with an error of the endpoint itself. */
    public long pollFailures() {
        return pollFailures;
    }
}
