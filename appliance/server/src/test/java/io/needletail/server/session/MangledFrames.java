package io.needletail.server.session;

import io.needletail.client.SessionProtocol;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Makes frames that are nearly requests: a whole one of any template, then one thing about it changed. */
final class MangledFrames {
    /** Block length and number of variable fields of a request, and of its entries' blocks, written down from the schema. */
    record Shape(int block, int fields, int entryBlock, int entryFields, int operationAt, int operations) {
        static final int NONE = -1;

        Shape(int block, int fields) {
            this(block, fields, NONE, 0, NONE, 0);
        }

        boolean hasEntries() {
            return entryBlock != NONE;
        }
    }

    /** A batch and a group. */
    static final int BATCH = 61;

    static final int GROUP = 62;

    /** Requests whose block ends with a level, all but 1, 4, 5, 11, 12, 18, 19, 63 and 64: they change something. */
    static final Set<Integer> CHANGES =
            Set.of(10, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 60, BATCH, GROUP);

    /** Levels that there are, of which an appliance may offer fewer. */
    static final int LEVELS = 12;

    static final Map<Integer, Shape> SHAPES = new LinkedHashMap<>();

    static {
        SHAPES.put(1, new Shape(42, 1));
        SHAPES.put(4, new Shape(16, 0));
        SHAPES.put(5, new Shape(1, 1));
        SHAPES.put(10, new Shape(18, 1));
        SHAPES.put(11, new Shape(24, 0));
        SHAPES.put(12, new Shape(16, 1));
        SHAPES.put(13, new Shape(25, 1));
        SHAPES.put(14, new Shape(17, 2));
        SHAPES.put(15, new Shape(17, 2));
        SHAPES.put(16, new Shape(25, 0));
        SHAPES.put(17, new Shape(17, 1));
        SHAPES.put(18, new Shape(28, 1));
        SHAPES.put(19, new Shape(24, 1));
        SHAPES.put(20, new Shape(33, 1));
        SHAPES.put(21, new Shape(25, 2));
        SHAPES.put(22, new Shape(33, 0));
        SHAPES.put(23, new Shape(25, 1));
        SHAPES.put(24, new Shape(25, 0));
        SHAPES.put(25, new Shape(17, 1));
        SHAPES.put(26, new Shape(33, 1));
        SHAPES.put(27, new Shape(25, 2));
        SHAPES.put(28, new Shape(33, 0));
        SHAPES.put(29, new Shape(25, 1));
        SHAPES.put(60, new Shape(17, 0));
        SHAPES.put(BATCH, new Shape(18, 0, 8, 2, 16, 4));
        SHAPES.put(GROUP, new Shape(17, 0, 25, 2, 24, 5));
        SHAPES.put(63, new Shape(25, 0));
        SHAPES.put(64, new Shape(16, 0, 8, 0, Shape.NONE, 0));
    }

    private static final Integer[] TEMPLATES = SHAPES.keySet().toArray(Integer[]::new);
    static final int KINDS = 12;

    private final SplittableRandom random;

    MangledFrames(long seed) {
        random = new SplittableRandom(seed);
    }

    byte[] next() {
        int template = TEMPLATES[random.nextInt(TEMPLATES.length)];
        byte[] bytes = whole(template, random.nextInt(40), random.nextInt(100), random);
        return random.nextInt(8) == 0 ? bytes : mangle(bytes, template, random.nextInt(KINDS));
    }

    /** A request whose every field is in order. */
    static byte[] whole(int template, int firstLength, int secondLength, SplittableRandom random) {
        Shape shape = SHAPES.get(template);
        if (shape.hasEntries()) {
            return wholeWithEntries(template, firstLength, secondLength, random);
        }
        int[] lengths = {firstLength, secondLength};
        int total = 8 + shape.block;
        for (int field = 0; field < shape.fields; field++) {
            total += 2 + lengths[field];
        }
        ByteBuffer out = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        byte[] noise = new byte[total];
        random.nextBytes(noise);
        out.put(noise).position(0);
        out.putShort((short) shape.block)
                .putShort((short) template)
                .putShort((short) 7301)
                .putShort((short) 1);
        if (template == 10) {
            out.put(8 + 16, (byte) random.nextInt(2));
        }
        putLevel(out, template, 0);
        int at = 8 + shape.block;
        for (int field = 0; field < shape.fields; field++) {
            out.putShort(at, (short) lengths[field]);
            at += 2 + lengths[field];
        }
        return out.array();
    }

    private static void putLevel(ByteBuffer out, int template, int level) {
        if (CHANGES.contains(template)) {
            out.put(8 + SHAPES.get(template).block - 1, (byte) level);
        }
    }

    private static byte[] wholeWithEntries(int template, int keyLength, int valueLength, SplittableRandom random) {
        Shape shape = SHAPES.get(template);
        int count = random.nextInt(5) == 0 ? 64 : 1 + random.nextInt(4);
        int entryLength = shape.entryBlock + (shape.entryFields == 0 ? 0 : 2 + keyLength + 2 + valueLength);
        while (8 + shape.block + 4 + count * entryLength > SessionProtocol.MAX_FRAME_LENGTH) {
            count--;
        }
        ByteBuffer out =
                ByteBuffer.allocate(8 + shape.block + 4 + count * entryLength).order(ByteOrder.LITTLE_ENDIAN);
        random.nextBytes(out.array());
        out.putShort((short) shape.block)
                .putShort((short) template)
                .putShort((short) 7301)
                .putShort((short) 1);
        if (template == BATCH) {
            out.put(8 + shape.operationAt, (byte) random.nextInt(shape.operations));
        }
        putLevel(out, template, 0);
        int at = 8 + shape.block;
        out.putShort(at, (short) shape.entryBlock).putShort(at + 2, (short) count);
        at += 4;
        for (int i = 0; i < count; i++) {
            if (template == GROUP) {
                out.put(at + shape.operationAt, (byte) random.nextInt(shape.operations));
            }
            if (shape.entryFields > 0) {
                out.putShort(at + shape.entryBlock, (short) keyLength);
                out.putShort(at + shape.entryBlock + 2 + keyLength, (short) valueLength);
            }
            at += entryLength;
        }
        return out.array();
    }

    /** Changes one thing of a whole frame; for some kinds the result may still be whole, which the oracle says. */
    byte[] mangle(byte[] bytes, int template, int kind) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        Shape shape = SHAPES.get(template);
        return switch (kind) {
            case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64));
            case 2 -> Arrays.copyOf(bytes, SessionProtocol.MAX_FRAME_LENGTH + 1 + random.nextInt(100));
            case 3 -> put(in, 0, random.nextInt(1 << 16));
            case 4 -> put(in, 2, random.nextInt(80));
            case 5 -> put(in, 4, random.nextInt(1 << 16));
            case 6 -> put(in, 6, random.nextInt(3));
            case 7 -> shape.fields == 0 ? put(in, 2, 9999) : put(in, 8 + shape.block, random.nextInt(1 << 16));
            case 8 -> flip(bytes);
            case 10 -> shape.hasEntries() ? put(in, 8 + shape.block, random.nextInt(64)) : flip(bytes);
            case 11 -> shape.hasEntries() ? put(in, 8 + shape.block + 2, random.nextInt(70)) : flip(bytes);
            default -> {
                if (CHANGES.contains(template) && random.nextBoolean()) {
                    putLevel(in, template, random.nextInt(2 * LEVELS));
                } else if (template == 10 || template == BATCH) {
                    bytes[8 + 16] = (byte) random.nextInt(256);
                }
                yield bytes;
            }
        };
    }

    private byte[] put(ByteBuffer in, int offset, int value) {
        in.putShort(offset, (short) value);
        return in.array();
    }

    private byte[] flip(byte[] bytes) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }
}
