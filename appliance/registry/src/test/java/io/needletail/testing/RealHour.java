package io.needletail.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A real hour of order flow, when there is one: the file or folder in {@code $NEEDLETAIL_LOBSTER}, or beside the project. */
public final class RealHour {
    private RealHour() {}

    /** The first message file; without one it says that the real hour was not run. */
    public static Optional<Path> find() throws IOException {
        String named = System.getenv("NEEDLETAIL_LOBSTER");
        Path place = named != null && !named.isEmpty()
                ? Path.of(named)
                : Path.of(System.getProperty("needletail.home", "."), "..", "shared", "data", "lobster");
        if (Files.isRegularFile(place)) {
            return Optional.of(place);
        }
        if (Files.isDirectory(place)) {
            try (var files = Files.list(place)) {
                Optional<Path> found = files.filter(file -> file.toString().endsWith(".csv"))
                        .sorted()
                        .findFirst();
                if (found.isPresent()) {
                    return found.map(file -> file.toAbsolutePath().normalize());
                }
            }
        }
        System.out.println("the real hour was not run: no order flow in $NEEDLETAIL_LOBSTER or beside the project");
        return Optional.empty();
    }
}
