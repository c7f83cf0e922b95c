package io.needletail.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

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
        append(line);
        if (!ok) {
            throw new AssertionError(line);
        }
    }

    /** How densely a workload was cut off: one line, {@code crash-points NAME P in O operations, R each ok}. */
    public static void crashPoints(String name, long points, long operations) {
        String line = String.format(
                Locale.ROOT,
                "crash-points %s %d in %d operations, %.1f each ok%n",
                name,
                points,
                operations,
                (double) points / operations);
        System.out.print(line);
        append(line);
    }

    /**
     * A bug that was planted around the real code, to prove a proof itself: one line, {@code planted BUG caught-by PROOF after N states ok}.
     *
     * @param how it was noticed, or null: then the test fails
     */
    public static void caught(Object bug, String proof, long states, String how) {
        boolean ok = how != null;
        String line =
                String.format("planted %s caught-by %s after %d states %s%n", bug, proof, states, ok ? "ok" : "MISSED");
        System.out.print(line);
        append(line);
        if (!ok) {
            throw new AssertionError(line);
        }
        System.out.println("    " + how);
    }

    private static void append(String line) {
        String file = System.getProperty("needletail.proofs", "");
        if (file.isEmpty()) {
            return;
        }
        try {
            Files.writeString(Path.of(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
