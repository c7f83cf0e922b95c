package io.needletail.registry.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
