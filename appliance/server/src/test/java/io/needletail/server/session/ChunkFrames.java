package io.needletail.server.session;

import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.PutChunkEncoder;
import io.needletail.protocol.PutOperation;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** Chunks of large values, whole and wrong. */
final class ChunkFrames {
    private ChunkFrames() {}

    static byte[] chunk(long id, long total, long begin, int keyLength, int valueLength) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[128 + keyLength + valueLength]);
        int length = MessageHeaderEncoder.ENCODED_LENGTH
                + new PutChunkEncoder()
                        .wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder())
                        .correlationId(id)
                        .epoch(1)
                        .handle(0)
                        .argument(0)
                        .totalLength(total)
                        .begin(begin)
                        .operation(PutOperation.PUT)
                        .level((short) 0)
                        .putKey(new byte[keyLength], 0, keyLength)
                        .putValue(new byte[valueLength], 0, valueLength)
                        .encodedLength();
        return Arrays.copyOf(buffer.byteArray(), length);
    }

    /** In order as a frame, and not the beginning of a value that can be stored. */
    static byte[] wrong(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> chunk(2, 10_000, 1 + random.nextInt(9_000), 5, 100);
            case 1 -> chunk(2, 10_000, 0, 5, 0);
            default -> chunk(2, random.nextInt(1000), 0, 5, 1001);
        };
    }
}
