package io.needletail.server.session;

import io.aeron.ExclusivePublication;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Answers to changes, whole as they will be sent, until what they answer has reached a level: in the order in which they were made,
 * which is that of their sequences. Its memory is fixed. For the shard's thread.
 */
final class HeldAnswers extends AnswerClaim {
    /** The longest answer that is ever held, rounded up: a batch of puts. */
    static final int LONGEST = 2048;

    private static final int ALIGNMENT = 8;

    /** What is done with an answer whose time has come. */
    @FunctionalInterface
    interface Sender {
        /** @return false when it finds no room and must stay */
        boolean send(
                SessionLane lane, long correlationId, boolean isReserved, MutableDirectBuffer from, int at, int length);
    }

    private final int most;
    private final int mask;
    private final SessionLane[] lanes;
    private final long[] sequences;
    private final long[] correlationIds;
    private final int[] offsets;
    private final int[] lengths;
    private final boolean[] reserved;
    private final UnsafeBuffer memory;

    private long head;
    private long tail;
    /** Where the next answer goes. */
    private int free;

    private SessionLane lane;
    private long sequence;
    private long correlationId;
    private int at;
    private int length;
    private boolean isReserved;

    /** @param most at a time; memory is for as many short ones, and for one of the longest */
    HeldAnswers(int most) {
        assert most > 0 : "most=" + most;
        this.most = most;
        int places = Integer.highestOneBit(2 * most - 1);
        mask = places - 1;
        lanes = new SessionLane[places];
        sequences = new long[places];
        correlationIds = new long[places];
        offsets = new int[places];
        lengths = new int[places];
        reserved = new boolean[places];
        memory = new UnsafeBuffer(new byte[most * 64 + 2 * LONGEST]);
    }

    int count() {
        return (int) (tail - head);
    }

    boolean hasRoom() {
        return count() < most && place(LONGEST) >= 0;
    }

    /** The next answer is this request's, of changes up to this sequence. */
    void begin(SessionLane forLane, long upTo, long request) {
        assert hasRoom() : "count=" + count();
        assert count() == 0 || upTo >= sequences[(int) (tail - 1) & mask] || isRotated() : "sequence=" + upTo;
        lane = forLane;
        sequence = upTo;
        correlationId = request;
    }

    /** Whether one that found no room was put behind newer ones. */
    private boolean isRotated() {
        for (long i = head + 1; i < tail; i++) {
            if (sequences[(int) i & mask] < sequences[(int) (i - 1) & mask]) {
                return true;
            }
        }
        return false;
    }

    @Override
    int claim(ExclusivePublication replies, int answerLength) {
        assert lane != null : "not begun";
        assert answerLength <= LONGEST : "length=" + answerLength;
        at = place(answerLength);
        length = answerLength;
        isReserved = false;
        return 1;
    }

    @Override
    MutableDirectBuffer buffer() {
        return memory;
    }

    @Override
    int offset() {
        return at;
    }

    @Override
    void correlationId(long id) {
        assert id == correlationId : "id=" + id + " begun=" + correlationId;
        isReserved = true;
    }

    @Override
    void commit() {
        append(lane, sequence, correlationId, isReserved);
        lane = null;
    }

    private void append(SessionLane forLane, long upTo, long request, boolean inHeader) {
        int index = (int) tail & mask;
        lanes[index] = forLane;
        sequences[index] = upTo;
        correlationIds[index] = request;
        offsets[index] = at;
        lengths[index] = length;
        reserved[index] = inHeader;
        tail++;
        free = at + align(length);
    }

    /** Where an answer of this length would go, or -1. */
    private int place(int answerLength) {
        int needed = align(answerLength);
        if (head == tail) {
            return 0;
        }
        int oldest = offsets[(int) head & mask];
        if (free > oldest) {
            if (free + needed <= memory.capacity()) {
                return free;
            }
            return needed <= oldest ? 0 : -1;
        }
        return free + needed <= oldest ? free : -1;
    }

    private static int align(int answerLength) {
        return (answerLength + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /**
     * Sends what has reached its level. One that finds no room goes behind the others, and holds nobody up: it is sent when it is the
     * oldest again.
     *
     * @param reached the sequence up to which the level has come
     * @return how many were sent, or were nobody's any more
     */
    int release(long reached, Sender sender) {
        int released = 0;
        for (int left = count(); left > 0 && oldest() <= reached; left--) {
            if (sendOldest(sender)) {
                dropOldest();
                released++;
            } else if (!putOldestBehind()) {
                return released;
            }
        }
        return released;
    }

    private boolean sendOldest(Sender sender) {
        int index = (int) head & mask;
        return !lanes[index].isOpen()
                || sender.send(
                        lanes[index], correlationIds[index], reserved[index], memory, offsets[index], lengths[index]);
    }

    private void dropOldest() {
        lanes[(int) head & mask] = null;
        head++;
    }

    /** False when there is no room for it, or nothing to be put behind. */
    private boolean putOldestBehind() {
        int index = (int) head & mask;
        int to = count() > 1 ? place(lengths[index]) : -1;
        if (to < 0) {
            return false;
        }
        memory.putBytes(to, memory, offsets[index], lengths[index]);
        SessionLane owner = lanes[index];
        at = to;
        length = lengths[index];
        dropOldest();
        append(owner, sequences[index], correlationIds[index], reserved[index]);
        return true;
    }

    /** Hands all to somebody who answers them otherwise, and keeps none. */
    void drain(Sender sender) {
        while (count() > 0) {
            sendOldest(sender);
            dropOldest();
        }
    }

    /** The sequence of the oldest, whose turn it is. */
    long oldest() {
        assert count() > 0 : "there is none";
        return sequences[(int) head & mask];
    }
}
