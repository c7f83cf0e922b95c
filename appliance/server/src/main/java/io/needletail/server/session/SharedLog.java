package io.needletail.server.session;

import io.aeron.Image;
import io.aeron.LogBuffers;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.LogBufferDescriptor;
import io.aeron.logbuffer.LogBufferUnblocker;
import java.io.File;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The memory of a publication that several clients write, mapped a second time to see what an {@link Image} does not show: a
 * message that was begun, behind which nobody's messages can be read. For one thread.
 */
final class SharedLog implements SharedStreamGuard.Log, AutoCloseable {
    private final Image image;
    private final LogBuffers mapped;
    private final UnsafeBuffer[] terms;
    private final UnsafeBuffer meta;
    private final int termLength;
    private final int positionBits;

    private SharedLog(Image image, LogBuffers mapped) {
        this.image = image;
        this.mapped = mapped;
        terms = mapped.duplicateTermBuffers();
        meta = mapped.metaDataBuffer();
        termLength = mapped.termLength();
        positionBits = LogBufferDescriptor.positionBitsToShift(termLength);
    }

    /** Where the media driver keeps it, by shared memory: under the number of the publication, which is the image's. */
    static SharedLog of(Image image, File driverFolder) {
        File publications = new File(driverFolder, "publications");
        String file = new File(publications, image.correlationId() + ".logbuffer").getPath();
        return new SharedLog(image, new LogBuffers(file));
    }

    @Override
    public long position() {
        return image.position();
    }

    @Override
    public boolean isBegunAt(long position) {
        int term = LogBufferDescriptor.indexByPosition(position, positionBits);
        int offset = (int) position & (termLength - 1);
        return FrameDescriptor.frameLengthVolatile(terms[term], offset) <= 0 && tail() > position;
    }

    /** Beyond its term's end while nobody has gone on to the next term, which can be left undone like a message. */
    private long tail() {
        int termCount = LogBufferDescriptor.activeTermCount(meta);
        long rawTail = LogBufferDescriptor.rawTailVolatile(meta, LogBufferDescriptor.indexByTermCount(termCount));
        return ((long) termCount << positionBits) + (rawTail & 0xFFFF_FFFFL);
    }

    @Override
    public boolean unblock(long position) {
        return LogBufferUnblocker.unblock(terms, meta, position, termLength);
    }

    @Override
    public void close() {
        mapped.close();
    }
}
