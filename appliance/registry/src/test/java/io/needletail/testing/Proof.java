package io.needletail.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A count that a claim rests on. Notes one line, {@code proof NAME required R done D seed S ok}, for the launcher to print at
 * the end, and fails the test when too little was done.
 */
public final class Proof {
    private Proof() {}

    /** The full count under {@code test --long}, else the quick one. */
    public static long required(long quick, long full) {
        return Boolean.getBoolean("needletail.long") ? full : quick;
    }

    public static void note(String name, long required, long done, long seed) {
        boolean ok = done >= required;
        long used = Long.getLong(Seed.PROPERTY, seed);
        String line = String.format(
                "proof %s required %d done %d seed %d %s%n", name, required, done, used, ok ? "ok" : "FAILED");
        System.out.print(line);
        String file = System.getProperty("needletail.proofs", "");
        if (!file.isEmpty()) {
            append(Path.of(file), line);
        }
        if (!ok) {
            throw new AssertionError(line);
        }
    }

    private static void append(Path file, String line) {
        try {
            Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
