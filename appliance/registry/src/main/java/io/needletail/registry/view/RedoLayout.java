package io.needletail.registry.view;

/**
 * Where recovery begins in a region in persistent memory: what lies before in the ring is in the slots and blocks, on the medium.
 * Of the live lines it is the only one that is ever read again after a power loss. Two copies of one line each; a change goes into the
 * older one and is fenced before the next, so that one is whole whenever the power goes. Zeros in a region that is not persistent.
 *
 * <pre>
 *   +0 count           of changes, the larger one counts; 0 = never written
 *   +8 state | epoch   as in the live lines
 *  +16 first version   of the epoch
 *  +24 time            engine time, ns since 1970: no record before the start is later
 *  +32 start           position in the ring
 *  +40 sequence        of the last change before the start, or a later one that is none
 *  +48 kind            of memory: 1 on DAX, 2 emulated
 *  +56 seal            of the words before, seeded with the region's identity
 * </pre>
 */
public final class RedoLayout {
    public static final int LENGTH = 64;
    public static final int COUNT_OFFSET = 0;
    public static final int STATE_OFFSET = 8;
    public static final int FIRST_VERSION_OFFSET = 16;
    public static final int TIME_OFFSET = 24;
    public static final int START_OFFSET = 32;
    public static final int SEQUENCE_OFFSET = 40;
    public static final int KIND_OFFSET = 48;
    public static final int SEAL_OFFSET = 56;

    public static final int ON_DAX = 1;
    public static final int EMULATED = 2;

    private RedoLayout() {}
}
