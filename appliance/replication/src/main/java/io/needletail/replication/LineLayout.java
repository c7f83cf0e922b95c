package io.needletail.replication;

/**
 * What members tell each other beside the log: a line of 64 bytes, written one-sided into the other's mailbox, always the whole of it. A
 * newer one overwrites an older one, and one that is torn, foreign or old is as none.
 *
 * <pre>
 *   +0 epoch:8  +8 serial:8, rising over the sender's life  +16 four words:32, by kind  +48 sender:4 kind:4
 *  +56 CRC32C:4 over data set, shard and the 56 bytes before, the rest 0
 *
 *  kind         words
 *  CONTROL      committed position, end position, sender's clock, serial of the last report it had
 *  REPORT       kept position, kept sequence, applied position, echo of the last control's clock | 1 in sync
 *  SUMMONS      epoch that is summoned for, position that was adopted or 0, 0, 0
 *  PROMISE      kept position, kept sequence, epoch of the log, 0
 * </pre>
 *
 * A mailbox has a place for each kind of each sender, 128 bytes apart: no two senders write to one line, nor to the one that is prefetched
 * beside it.
 */
final class LineLayout {
    static final int LENGTH = 64;
    static final int EPOCH_OFFSET = 0;
    static final int SERIAL_OFFSET = 8;
    static final int WORDS_OFFSET = 16;
    static final int WORDS = 4;
    static final int SENDER_OFFSET = 48;
    static final int KIND_OFFSET = 52;
    static final int CHECK_OFFSET = 56;

    static final int CONTROL = 0;
    static final int REPORT = 1;
    static final int SUMMONS = 2;
    static final int PROMISE = 3;
    static final int KINDS = 4;

    /** Members of a shard, its primary included. */
    static final int MAX_MEMBERS = 16;

    static final int PLACE_LENGTH = 128;
    static final long MAILBOX_LENGTH = (long) MAX_MEMBERS * KINDS * PLACE_LENGTH;

    private LineLayout() {}

    static long place(int sender, int kind) {
        assert sender >= 0 && sender < MAX_MEMBERS : "sender=" + sender;
        assert kind >= 0 && kind < KINDS : "kind=" + kind;
        return ((long) sender * KINDS + kind) * PLACE_LENGTH;
    }
}
