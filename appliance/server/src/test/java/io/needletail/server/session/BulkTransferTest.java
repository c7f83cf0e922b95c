package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class BulkTransferTest {
    private static final long SEED = 19;
    private static final int MAX_VALUE_LENGTH = 20_000;

    private final BulkTransfer transfer = new BulkTransfer(MAX_VALUE_LENGTH);

    @Test
    void shouldPutAValueTogetherWhateverItsChunks() {
        SplittableRandom random = new SplittableRandom(Seed.of(SEED));
        for (int round = 0; round < 2_000; round++) {
            int total = 1 + random.nextInt(MAX_VALUE_LENGTH);
            int begin = 0;
            while (begin < total) {
                int length = 1 + random.nextInt(Math.min(total - begin, 5_000));
                byte[] bytes = ChunkFrames.chunk(round, total, begin, begin == 0 ? 7 : 0, length);
                for (int i = bytes.length - length; i < bytes.length; i++) {
                    bytes[i] = (byte) (begin + i - (bytes.length - length));
                }
                UnsafeBuffer buffer = new UnsafeBuffer(bytes);
                assertThat(transfer.takeHead(buffer, 0, bytes.length)).isEqualTo(FrameFault.NONE);
                assertThat(transfer.isLast()).isEqualTo(begin + length == total);
                transfer.takeBytes(buffer, 0);
                begin += length;
            }
            assertThat(transfer.isWhole()).isTrue();
            assertThat(transfer.key().length()).isEqualTo(7);
            assertThat(transfer.value().length()).isEqualTo(total);
            for (int i = 0; i < total; i++) {
                assertThat(transfer.value().array()[i] == (byte) i).isTrue();
            }
        }
    }

    /** Any bytes: one fault or none, never an exception, and never a byte beyond the value. */
    @Test
    void shouldSurviveAnyBytes() {
        long required = Proof.required(1_000_000, 50_000_000);
        long seed = Seed.of(SEED);
        SplittableRandom random = new SplittableRandom(seed);
        long tooLong = 0;
        Map<FrameFault, Long> seen = new EnumMap<>(FrameFault.class);
        for (long i = 0; i < required; i++) {
            byte[] bytes = nearlyAChunk(random);
            UnsafeBuffer buffer = new UnsafeBuffer(bytes);
            FrameFault fault = transfer.takeHead(buffer, 0, bytes.length);
            seen.merge(fault, 1L, Long::sum);
            if (fault == FrameFault.NONE && transfer.isTooLong()) {
                tooLong++;
                transfer.refuse();
            } else if (fault == FrameFault.NONE) {
                transfer.takeBytes(buffer, 0);
                assertThat(transfer.value().length()).isLessThanOrEqualTo(MAX_VALUE_LENGTH);
            }
        }
        System.out.println(seen + " too long=" + tooLong);
        assertThat(tooLong).isGreaterThan(100);
        for (FrameFault fault : new FrameFault[] {
            FrameFault.NONE,
            FrameFault.TOO_SHORT,
            FrameFault.FOREIGN_SCHEMA,
            FrameFault.VERSION,
            FrameFault.UNKNOWN_TEMPLATE,
            FrameFault.BLOCK_LENGTH,
            FrameFault.VARIABLE_LENGTH,
            FrameFault.TRAILING_BYTES,
            FrameFault.ENUM_VALUE,
            FrameFault.CHUNK
        }) {
            assertThat(seen.getOrDefault(fault, 0L)).as(fault.name()).isGreaterThan(100);
        }
        Proof.note("malformed-chunks", required, required, seed);
    }

    /** A value that no shard of this size takes is answered, not a fault; what follows of it is passed over, nothing else. */
    @Test
    void shouldPassOverTheRestOfAValueThatIsTooLongAndOfNoOther() {
        assertThat(faultOf(ChunkFrames.chunk(7, MAX_VALUE_LENGTH + 1, 0, 3, 100)))
                .isEqualTo(FrameFault.NONE);
        assertThat(transfer.isTooLong() && transfer.isFirst()).isTrue();
        assertThat(transfer.refuse()).isEqualTo(7);
        assertThat(faultOf(ChunkFrames.chunk(7, MAX_VALUE_LENGTH + 1, 100, 3, 100)))
                .isEqualTo(FrameFault.NONE);
        assertThat(faultOf(ChunkFrames.chunk(8, MAX_VALUE_LENGTH + 1, 100, 3, 100)))
                .isEqualTo(FrameFault.CHUNK);
        assertThat(faultOf(ChunkFrames.chunk(7, 200, 100, 3, 100))).isEqualTo(FrameFault.CHUNK);
        assertThat(faultOf(ChunkFrames.chunk(9, 100, 0, 3, 100))).isEqualTo(FrameFault.NONE);
    }

    private FrameFault faultOf(byte[] bytes) {
        return transfer.takeHead(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private static byte[] nearlyAChunk(SplittableRandom random) {
        byte[] bytes = random.nextInt(3) == 0
                ? ChunkFrames.wrong(random)
                : ChunkFrames.chunk(1, 500, random.nextInt(2) * 100L, random.nextInt(20), 100);
        return switch (random.nextInt(5)) {
            case 0 -> java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 20));
            case 1 -> flipped(bytes, random, 8);
            case 2 -> flipped(bytes, random, 60);
            case 3 -> {
                bytes[6] = (byte) random.nextInt(3);
                yield flipped(bytes, random, 80);
            }
            default -> bytes;
        };
    }

    private static byte[] flipped(byte[] bytes, SplittableRandom random, int among) {
        bytes[random.nextInt(Math.min(among, bytes.length))] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }
}
