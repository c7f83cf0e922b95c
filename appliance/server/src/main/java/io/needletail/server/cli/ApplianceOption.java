package io.needletail.server.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Which appliance a command is about. */
public final class ApplianceOption {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Folder of the appliance (default: $$NEEDLETAIL_DIR, else ~/.needletail).")
    private Path dir;

    /** Whether the command line says which. */
    boolean isNamed() {
        return dir != null;
    }

    public Path dir() {
        if (dir != null) {
            if (dir.toString().isEmpty()) {
                throw new IllegalArgumentException("--dir is empty");
            }
            return dir;
        }
        String fromEnvironment = System.getenv("NEEDLETAIL_DIR");
        return fromEnvironment != null && !fromEnvironment.isEmpty()
                ? Path.of(fromEnvironment)
                : Path.of(System.getProperty("user.home"), ".needletail");
    }
}
