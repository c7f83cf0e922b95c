package io.needletail.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The numbers that real orders have.
 *
 * @param symbol whose orders they are
 * @param ids each once, in the order in which they came
 */
public record OrderIds(String symbol, long[] ids) {
    /** @param lobster a LOBSTER message file, or null for generated order flow */
    public static OrderIds of(Path lobster) throws IOException {
        Tape tape = lobster == null ? DemoInput.generated() : TapeReader.read(lobster);
        long[] ids = new long[tape.rows()];
        for (int row = 0; row < ids.length; row++) {
            ids[row] = tape.orderId(row);
        }
        return new OrderIds(tape.symbol(), Arrays.stream(ids).distinct().toArray());
    }
}
