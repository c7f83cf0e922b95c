package io.needletail.registry.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.testing.Seed;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class BytesTest {
    @Test
    void shouldKeepTheInlineWordsZeroBeyondTheLength() {
        Key key = new Key("0123456789abcdef");
        key.setUtf8("xy");
        assertThat(key.word0()).isEqualTo('x' | 'y' << 8);
        assertThat(key.word1()).isZero();
    }

    @Test
    void shouldBuildDecimalKeysWithoutText() {
        Key key = new Key();
        key.append("AAPL").append(":").append(Long.MAX_VALUE);
        assertThat(key.toUtf8()).isEqualTo("AAPL:9223372036854775807");
        key.clear();
        assertThat(key.append(0).toUtf8()).isEqualTo("0");
    }

    @Test
    void shouldRefuseWhatDoesNotFitAndChangeNothing() {
        Value value = new Value(4);
        value.setUtf8("abcd");
        assertThat(value.set(new byte[5], 0, 5)).isFalse();
        assertThat(value.toUtf8()).isEqualTo("abcd");
        assertThatThrownBy(() -> value.putLong(0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> value.resize(5)).hasMessageContaining("length=5 capacity=4");
    }

    @Test
    void shouldComputeTheCrcOfTheBytesThatCount() {
        CRC32C crc = new CRC32C();
        crc.update(new byte[] {'h', 'i'});
        assertThat(new Key("hi").crc32c()).isEqualTo((int) crc.getValue());
    }

    /** Two words or an array: nobody can tell. The oracle is an array of the bytes that count. */
    @Test
    void shouldBeTheSameBytesWhicheverWayTheyCameAndAreRead() {
        SplittableRandom random = new SplittableRandom(Seed.of(3));
        Value value = new Value(40);
        Value other = new Value(40);
        byte[] oracle = new byte[0];
        for (int step = 0; step < 100_000; step++) {
            oracle = change(value, oracle, random);
            switch (random.nextInt(5)) {
                case 0 -> assertThat(value.toByteArray()).isEqualTo(oracle);
                case 1 -> assertThat(value.wordAt(0)).isEqualTo(wordOf(oracle, 0));
                case 2 -> {
                    other.set(value);
                    assertThat(other.contentEquals(value)).isTrue();
                    assertThat(other.toByteArray()).isEqualTo(oracle);
                }
                case 3 ->
                    assertThat(Arrays.copyOf(value.array(), value.length())).isEqualTo(oracle);
                default -> {} // several changes in a row
            }
            if (oracle.length <= Bytes.INLINE_LENGTH) {
                assertThat(value.word0()).isEqualTo(wordOf(oracle, 0));
                assertThat(value.word1()).isEqualTo(wordOf(oracle, 8));
            }
            assertThat(value.length()).isEqualTo(oracle.length);
        }
    }

    private static byte[] change(Value value, byte[] oracle, SplittableRandom random) {
        int length = random.nextInt(value.capacity() + 1);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        switch (random.nextInt(5)) {
            case 0 -> {
                byte[] shorter = Arrays.copyOf(bytes, Math.min(length, Bytes.INLINE_LENGTH));
                value.setInline(wordOf(shorter, 0), wordOf(shorter, 8), shorter.length);
                return shorter;
            }
            case 1 -> value.set(bytes, 0, length);
            case 2 -> {
                value.resize(length);
                return new byte[length];
            }
            case 3 -> {
                value.clear();
                return new byte[0];
            }
            default -> {
                if (oracle.length == 0) {
                    return oracle;
                }
                int at = random.nextInt(oracle.length);
                value.putByte(at, (byte) step(oracle, at));
                assertThat(value.getByte(at)).isEqualTo(oracle[at]);
                return oracle;
            }
        }
        return bytes;
    }

    private static int step(byte[] oracle, int at) {
        return ++oracle[at];
    }

    private static long wordOf(byte[] bytes, int at) {
        long word = 0;
        for (int i = Math.min(bytes.length, at + Long.BYTES) - 1; i >= at; i--) {
            word = word << 8 | bytes[i] & 0xFF;
        }
        return word;
    }
}
