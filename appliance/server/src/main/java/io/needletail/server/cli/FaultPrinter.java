package io.needletail.server.cli;

import io.needletail.client.SessionException;
import io.needletail.memory.MappedFile;
import io.needletail.server.ApplianceFolder;
import io.needletail.server.config.ConfigurationException;
import java.io.IOException;
import picocli.CommandLine;

/** One line on standard error and the exit code that belongs to it, instead of a stack trace. */
final class FaultPrinter implements CommandLine.IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        System.err.println("error: " + message);
        return switch (e) {
            case ApplianceFolder.FolderInUseException inUse -> ExitCode.REFUSED;
            case MappedFile.FileInUseException inUse -> ExitCode.REFUSED;
            case ConfigurationException configuration -> ExitCode.USAGE;
            case RefusedException refused -> ExitCode.REFUSED;
            case IllegalArgumentException argument -> ExitCode.USAGE;
            case SessionException session -> exitCode(session);
            case IOException io -> ExitCode.FAILED;
            default -> {
                e.printStackTrace();
                yield ExitCode.FAILED;
            }
        };
    }

    private static int exitCode(SessionException e) {
        return switch (e.kind()) {
            case UNREACHABLE -> ExitCode.UNREACHABLE;
            case REFUSED -> ExitCode.REFUSED;
            case CLOSED -> ExitCode.UNKNOWN_OUTCOME;
        };
    }
}
