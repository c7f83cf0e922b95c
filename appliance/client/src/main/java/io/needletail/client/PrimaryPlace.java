package io.needletail.client;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/**
 * Where the primary of appliances that mirror each other takes sessions. It stands in a file of their membership's folder, which each
 * primary replaces as soon as it serves.
 *
 * @param epoch of its first shard: a later one is not replaced by an earlier
 * @param folder of the appliance
 */
public record PrimaryPlace(long epoch, Path folder) {
    private static final String FILE = "primary";

    public PrimaryPlace {
        if (epoch < 0 || !folder.isAbsolute()) {
            throw new IllegalArgumentException("epoch=" + epoch + " folder=" + folder);
        }
    }

    /**
     * Reads it.
     *
     * @throws SessionException UNREACHABLE when there is none yet, or it cannot be read
     */
    public static PrimaryPlace read(Path membership) {
        Properties read = new Properties();
        try {
            read.load(new StringReader(Files.readString(membership.resolve(FILE))));
            return new PrimaryPlace(Long.parseLong(read.getProperty("epoch", "")), Path.of(read.getProperty("folder")));
        } catch (NoSuchFileException e) {
            throw unreachable(membership + ": no primary has served there yet", e);
        } catch (IOException | IllegalArgumentException | NullPointerException e) {
            throw unreachable(membership.resolve(FILE) + " does not say where the primary is: " + e.getMessage(), e);
        }
    }

    private static SessionException unreachable(String what, Exception cause) {
        return new SessionException(SessionException.Kind.UNREACHABLE, what, cause);
    }

    /** Replaces it by this one, unless a later one stands there; one that cannot be read is none. */
    public void write(Path membership) {
        if (hasLater(membership)) {
            return;
        }
        Properties written = new Properties();
        written.setProperty("epoch", Long.toString(epoch));
        written.setProperty("folder", folder.toString());
        try {
            StringWriter text = new StringWriter();
            written.store(text, null);
            replace(membership, text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A full disk leaves the one before, and no piece of this one. */
    private static void replace(Path membership, String text) throws IOException {
        Path next = Files.createTempFile(membership, FILE, ".new");
        try {
            Files.writeString(next, text);
            Files.move(next, membership.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(next);
        }
    }

    private boolean hasLater(Path membership) {
        try {
            return read(membership).epoch() > epoch;
        } catch (SessionException e) {
            return false;
        }
    }
}
