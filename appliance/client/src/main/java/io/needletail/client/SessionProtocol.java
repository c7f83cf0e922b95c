package io.needletail.client;

import io.aeron.logbuffer.FrameDescriptor;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.PutIfByKeyEncoder;
import io.needletail.protocol.ScanPageEncoder;
import io.needletail.registry.view.Key;

/**
 * What both ends of a session agree on before the first message. Terms of 64 KiB stay in the L2 cache: 16 MiB terms triple
 * the latency (measured). The MTU is an eighth of a term, the largest there is, because the default one limits a claim to
 * 1,376 bytes. Larger values go in chunks on second streams with terms of 1 MiB.
 */
public final class SessionProtocol {
    /** Major version of the session protocol; another one is refused. */
    public static final int VERSION = 1;

    public static final int REQUEST_STREAM_ID = 1001;
    /** Below are the request streams; every session has a reply stream of its own from here on. */
    public static final int MIN_REPLY_STREAM_ID = 1 << 16;

    public static final int TERM_LENGTH = 64 * 1024;
    public static final int MTU_LENGTH = TERM_LENGTH / 8;
    private static final String LENGTHS = "term-length=" + TERM_LENGTH + "|mtu=" + MTU_LENGTH;
    public static final String CHANNEL = "aeron:ipc?" + LENGTHS;

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

    /** The longest value that every message holds together with the longest key; a longer one goes in chunks. */
    public static final int MAX_MESSAGE_VALUE_LENGTH =
            (MAX_FRAME_LENGTH - Key.MAX_LENGTH - Math.max(PUT_OVERHEAD, PAGE_OVERHEAD)) & -64;

    public static final int BULK_TERM_LENGTH = 1 << 20;
    /** The largest there is: Aeron's limit is that of UDP, less what is not a multiple of 32. */
    public static final int BULK_MTU_LENGTH = 65_504;

    private static final String BULK_LENGTHS =
            "term-length=" + BULK_TERM_LENGTH + "|mtu=" + BULK_MTU_LENGTH + "|sparse=true";
    public static final String BULK_CHANNEL = "aeron:ipc?" + BULK_LENGTHS;
    /** Added to a request stream's id for the stream that the sessions without a lane of their own share. */
    public static final int SHARED_STREAM_OFFSET = 2000;
    /** Added to a request stream's id for the stream of its chunks. */
    public static final int BULK_STREAM_OFFSET = 1000;
    /** Value bytes of a chunk; the rest of a frame is for what it says beside them, and the longest key. */
    public static final int CHUNK_LENGTH = 60 * 1024;

    private SessionProtocol() {}

    /** The stream that a shard's requests go on. */
    public static int requestStreamId(int shard) {
        return REQUEST_STREAM_ID + shard;
    }

    /** The same lengths by UDP: what a session can carry does not depend on the way it takes. */
    public static String udpChannel(UdpEndpoint endpoint) {
        return "aeron:udp?endpoint=" + endpoint + "|" + LENGTHS;
    }

    public static String udpBulkChannel(UdpEndpoint endpoint) {
        return "aeron:udp?endpoint=" + endpoint + "|" + BULK_LENGTHS;
    }

    static {
        assert CHUNK_LENGTH + Key.MAX_LENGTH + 256 <= BULK_MTU_LENGTH : "a chunk exceeds its frame";
        assert FrameDescriptor.computeMaxMessageLength(TERM_LENGTH) >= MAX_FRAME_LENGTH : "term too short";
    }
}
