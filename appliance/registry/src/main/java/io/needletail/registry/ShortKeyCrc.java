package io.needletail.registry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** The CRC32C of a key of up to 16 bytes, given as its two words; the bytes it is taken over stay in one cache line. For one thread. */
final class ShortKeyCrc {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final CRC32C crc = new CRC32C();
    private final byte[] bytes = new byte[2 * Long.BYTES];

    int of(long word0, long word1, int length) {
        LONG.set(bytes, 0, word0);
        LONG.set(bytes, Long.BYTES, word1);
        crc.reset();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
