package io.needletail.server.session;

import io.needletail.client.SessionProtocol;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A request in private memory. The sender can still write the log it came from, so it is copied once and validated in the
 * copy; nothing is read from the log again.
 */
public final class Frame {
    private final byte[] bytes = new byte[SessionProtocol.MAX_FRAME_LENGTH];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private int length;

    int templateId;
    int blockLength;
    int version;
    /** That a change must have reached before it is answered. */
    int level;

    int keyOffset;
    int keyLength;
    int valueOffset;
    int valueLength;

    /** False when the message is longer than a frame may be. */
    public boolean copyFrom(DirectBuffer source, int offset, int messageLength) {
        if (messageLength < 0 || messageLength > bytes.length) {
            return false;
        }
        source.getBytes(offset, bytes, 0, messageLength);
        length = messageLength;
        return true;
    }

    public UnsafeBuffer buffer() {
        return buffer;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }
}
