package io.needletail.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.view.SlotChecksum;
import io.needletail.testing.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class SlotChecksumTest {
    @Test
    void shouldBeThePlainCrcOfTheConcatenatedFields() {
        SplittableRandom random = new SplittableRandom(Seed.of(9));
        for (int i = 0; i < 10_000; i++) {
            long high = random.nextLong();
            long low = random.nextLong();
            int shard = random.nextInt(128);
            long slot = random.nextLong(1L << 32);
            int word = random.nextInt();
            long version = random.nextLong() & ~1L;
            long value0 = random.nextLong();
            long value1 = random.nextLong();
            ByteBuffer plain = ByteBuffer.allocate(52).order(ByteOrder.LITTLE_ENDIAN);
            plain.putLong(high).putLong(low).putInt(shard).putInt((int) slot).putInt(word);
            plain.putLong(version).putLong(value0).putLong(value1);
            CRC32C crc = new CRC32C();
            crc.update(plain.array());
            assertThat(new SlotChecksum(high, low, shard).of(slot, word, version, value0, value1))
                    .isEqualTo((int) crc.getValue());
        }
    }
}
