package io.needletail.bench.latency.tier;

/** A tier without a wire: an operation is done when {@link #send} returns, and there is nothing to poll. */
abstract class ImmediateTarget implements Target {
    private Completions completions;

    /** The operation is done. */
    final boolean completed(long sequence, boolean retried) {
        completions.completed(sequence, retried);
        return true;
    }

    @Override
    public final void poll() {
        // Nothing is ever under way.
    }

    @Override
    public final void onCompletion(Completions listener) {
        completions = listener;
    }
}
