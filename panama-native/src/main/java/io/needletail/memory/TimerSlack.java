package io.needletail.memory;

/** How much later than asked for the kernel may wake a thread that sleeps: 50 us by default, so that it need not wake so often. */
public final class TimerSlack {
    private TimerSlack() {}

    /**
     * Of the calling thread, from now on.
     *
     * @return whether the kernel took it
     */
    public static boolean set(long ns) {
        return LibC.prctl(LibC.PR_SET_TIMERSLACK, ns) == 0;
    }
}
