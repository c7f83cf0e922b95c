package io.needletail.server.session;

import io.needletail.client.SessionProtocol;
import io.needletail.registry.view.LittleEndian;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A request in private memory. The sender can still write the log it came from, so it is copied once and validated in the
 * copy; what the log says later counts for nothing.
 */
public final class Frame {
    private final byte[] bytes = new byte[SessionProtocol.MAX_FRAME_LENGTH];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private int length;
    /** Whether it is a get by handle of this version, which most requests are, and stands in the three words that follow. */
    private boolean isGet;

    private long correlationId;
    private long epoch;
    private long handle;
    /** Of a get only for who asks for it so: words are loaded and stored without a call. */
    private boolean isInBytes;

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
        length = messageLength;
        isGet = messageLength == GetRequest.LENGTH && takeGet(source, offset);
        isInBytes = !isGet;
        if (isInBytes) {
            source.getBytes(offset, bytes, 0, messageLength);
        }
        return true;
    }

    private boolean takeGet(DirectBuffer source, int offset) {
        if (source.getLong(offset, ByteOrder.LITTLE_ENDIAN) != GetRequest.HEADER) {
            return false;
        }
        correlationId = source.getLong(offset + GetRequest.CORRELATION_ID, ByteOrder.LITTLE_ENDIAN);
        epoch = source.getLong(offset + GetRequest.EPOCH, ByteOrder.LITTLE_ENDIAN);
        handle = source.getLong(offset + GetRequest.HANDLE, ByteOrder.LITTLE_ENDIAN);
        return true;
    }

    /** Whether {@link #copyFrom} knew it for a whole get by handle, by its length and its header. */
    boolean isGet() {
        return isGet;
    }

    /** Of a get by handle that was validated; as {@link #epoch()} and {@link #handle()}. */
    public long correlationId() {
        return isGet ? correlationId : LittleEndian.getLong(bytes, GetRequest.CORRELATION_ID);
    }

    public long epoch() {
        return isGet ? epoch : LittleEndian.getLong(bytes, GetRequest.EPOCH);
    }

    public long handle() {
        return isGet ? handle : LittleEndian.getLong(bytes, GetRequest.HANDLE);
    }

    public UnsafeBuffer buffer() {
        putInBytes();
        return buffer;
    }

    byte[] bytes() {
        putInBytes();
        return bytes;
    }

    private void putInBytes() {
        if (!isInBytes) {
            LittleEndian.putLong(bytes, 0, GetRequest.HEADER);
            LittleEndian.putLong(bytes, GetRequest.CORRELATION_ID, correlationId);
            LittleEndian.putLong(bytes, GetRequest.EPOCH, epoch);
            LittleEndian.putLong(bytes, GetRequest.HANDLE, handle);
            isInBytes = true;
        }
    }

    int length() {
        return length;
    }
}
