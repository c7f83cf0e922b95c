package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.SessionProtocol;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Seeded, structure-aware frames against an oracle that walks the bytes on its own. */
class FrameValidatorTest {
    private static final long SEED = 314;

    private final Frame frame = new Frame();

    @Test
    void shouldJudgeAMillionMangledFramesAsTheOracleDoes() {
        long required = Proof.required(1_000_000, 200_000_000);
        long seed = Seed.of(SEED);
        MangledFrames frames = new MangledFrames(seed);
        Map<FrameFault, Long> seen = new EnumMap<>(FrameFault.class);
        for (long i = 0; i < required; i++) {
            byte[] bytes = frames.next();
            boolean fits = frame.copyFrom(new UnsafeBuffer(bytes), 0, bytes.length);
            FrameFault fault = fits ? FrameValidator.validate(frame) : FrameFault.TOO_LONG;
            assertThat(fault == FrameFault.NONE).as("frame %d %s", i, fault).isEqualTo(isWhole(bytes));
            if (fault == FrameFault.NONE) {
                assertThat(frame.keyOffset + frame.keyLength).isLessThanOrEqualTo(bytes.length);
                assertThat(frame.keyLength == 0 || frame.keyOffset >= 8).isTrue();
                assertThat(frame.valueOffset + frame.valueLength).isLessThanOrEqualTo(SessionProtocol.MAX_FRAME_LENGTH);
            }
            seen.merge(fault, 1L, Long::sum);
        }
        System.out.println(seen);
        for (FrameFault fault : FrameFault.values()) {
            assertThat(fault == FrameFault.FRAGMENTED
                            || fault == FrameFault.CHUNK
                            || seen.getOrDefault(fault, 0L) > 100)
                    .as("%s was produced", fault)
                    .isTrue();
        }
        Proof.note("malformed-frames", required, required, seed);
    }

    /** Whether the bytes are a request, from the schema's text alone. */
    private static boolean isWhole(byte[] bytes) {
        if (bytes.length < 8 || bytes.length > SessionProtocol.MAX_FRAME_LENGTH) {
            return false;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int block = in.getShort() & 0xFFFF;
        int template = in.getShort() & 0xFFFF;
        int schema = in.getShort() & 0xFFFF;
        int version = in.getShort() & 0xFFFF;
        MangledFrames.Shape shape = MangledFrames.SHAPES.get(template);
        if (shape == null || schema != 7301 || version == 0) {
            return false;
        }
        boolean newer = version > MessageHeaderDecoder.SCHEMA_VERSION;
        if (block < shape.block() || (!newer && block != shape.block()) || 8 + block > bytes.length) {
            return false;
        }
        if (template == 10 && bytes[8 + 16] != 0 && bytes[8 + 16] != 1) {
            return false;
        }
        if (MangledFrames.CHANGES.contains(template) && (bytes[8 + shape.block() - 1] & 0xFF) >= MangledFrames.LEVELS) {
            return false;
        }
        in.position(8 + block);
        if (shape.hasEntries()) {
            return areEntriesWhole(in, template, shape, newer);
        }
        for (int field = 0; field < shape.fields(); field++) {
            if (in.remaining() < 2) {
                return false;
            }
            int length = in.getShort() & 0xFFFF;
            if (length > in.remaining()) {
                return false;
            }
            in.position(in.position() + length);
        }
        return newer || !in.hasRemaining();
    }

    private static boolean areEntriesWhole(ByteBuffer in, int template, MangledFrames.Shape shape, boolean newer) {
        if (template == MangledFrames.BATCH && (in.get(8 + 16) & 0xFF) > 3) {
            return false;
        }
        if (in.remaining() < 4) {
            return false;
        }
        int block = in.getShort() & 0xFFFF;
        int count = in.getShort() & 0xFFFF;
        if (block < shape.entryBlock() || (!newer && block != shape.entryBlock()) || count < 1 || count > 64) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            int entry = in.position();
            if (in.remaining() < block) {
                return false;
            }
            if (template == MangledFrames.GROUP && (in.get(entry + 24) & 0xFF) > 4) {
                return false;
            }
            in.position(entry + block);
            for (int field = 0; field < shape.entryFields(); field++) {
                if (in.remaining() < 2) {
                    return false;
                }
                int length = in.getShort() & 0xFFFF;
                if (length > in.remaining()) {
                    return false;
                }
                in.position(in.position() + length);
            }
        }
        return newer || !in.hasRemaining();
    }

    @Test
    void shouldAcceptTheLongestPutThereCanBe() {
        SplittableRandom random = new SplittableRandom(1);
        int value = SessionProtocol.MAX_MESSAGE_VALUE_LENGTH;
        byte[] bytes = MangledFrames.whole(14, 1024, value, random);
        assertThat(bytes.length).isLessThanOrEqualTo(SessionProtocol.MAX_FRAME_LENGTH);
        assertThat(frame.copyFrom(new UnsafeBuffer(bytes), 0, bytes.length)).isTrue();
        assertThat(FrameValidator.validate(frame)).isEqualTo(FrameFault.NONE);
        assertThat(frame.valueLength).isEqualTo(value);
    }
}
