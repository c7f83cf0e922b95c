package io.needletail.rdma;

/**
 * How often a simulated fabric does what real ones may do. Of a thousand operations each.
 *
 * @param early completions of writes that come before the bytes
 * @param lost completions that never come, and keep their place in the window; of the bytes some, all or none land
 * @param duplicated completions that come again, later
 * @param unfounded completions of writes without an error, of which not all bytes land
 * @param failed operations that end with an error, whatever of them has landed or will
 * @param busy tries that are not taken though the window has room
 */
public record SimFaults(int early, int lost, int duplicated, int unfounded, int failed, int busy) {
    public static final int OF = 1_000;
    public static final SimFaults NONE = new SimFaults(0, 0, 0, 0, 0, 0);
    public static final SimFaults ALL = new SimFaults(200, 20, 20, 20, 20, 20);
}
