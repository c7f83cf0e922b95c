package io.needletail.client;

import io.aeron.logbuffer.FrameDescriptor;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.PutIfByKeyEncoder;
import io.needletail.protocol.ScanPageEncoder;

/**
 * What both ends of a session agree on before the first message. Terms of 64 KiB stay in the L2 cache: 16 MiB terms triple
 * the latency (measured). The MTU is an eighth of a term, the largest there is, because the default one limits a claim to
 * 1,376 bytes.
 */
public final class SessionProtocol {
    /** Major version of the session protocol; another one is refused. */
    public static final int VERSION = 1;

    public static final int REQUEST_STREAM_ID = 1001;
    /** Below are the request streams; every session has a reply stream of its own from here on. */
    public static final int MIN_REPLY_STREAM_ID = 1 << 16;

    public static final int TERM_LENGTH = 64 * 1024;
    public static final int MTU_LENGTH = TERM_LENGTH / 8;
    public static final String CHANNEL = "aeron:ipc?term-length=" + TERM_LENGTH + "|mtu=" + MTU_LENGTH;

    /** Largest message: one unfragmented frame without Aeron's 32-byte header. */
    public static final int MAX_FRAME_LENGTH = MTU_LENGTH - io.aeron.protocol.DataHeaderFlyweight.HEADER_LENGTH;

    /** What the longest kind of put needs besides key and value. */
    private static final int PUT_OVERHEAD = MessageHeaderEncoder.ENCODED_LENGTH
            + PutIfByKeyEncoder.BLOCK_LENGTH
            + PutIfByKeyEncoder.keyHeaderLength()
            + PutIfByKeyEncoder.valueHeaderLength();
    /** What a scan page with a single entry needs besides key and value. */
    private static final int PAGE_OVERHEAD = MessageHeaderEncoder.ENCODED_LENGTH
            + ScanPageEncoder.BLOCK_LENGTH
            + ScanPageEncoder.EntriesEncoder.HEADER_SIZE
            + ScanPageEncoder.EntriesEncoder.sbeBlockLength()
            + ScanPageEncoder.EntriesEncoder.keyHeaderLength()
            + ScanPageEncoder.EntriesEncoder.valueHeaderLength();

    private SessionProtocol() {}

    /** The longest value that fits a message together with a key of {@code maxKeyLength}, in every message that has both. */
    public static int maxValueLength(int maxKeyLength) {
        return MAX_FRAME_LENGTH - maxKeyLength - Math.max(PUT_OVERHEAD, PAGE_OVERHEAD);
    }

    static {
        assert FrameDescriptor.computeMaxMessageLength(TERM_LENGTH) >= MAX_FRAME_LENGTH : "term too short";
    }
}
