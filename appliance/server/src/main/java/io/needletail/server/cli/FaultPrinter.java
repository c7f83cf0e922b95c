package io.needletail.server.cli;

import io.needletail.client.SessionException;
import io.needletail.memory.MappedFile;
import io.needletail.server.ApplianceFolder;
import io.needletail.server.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;

/** One line on standard error and the exit code that belongs to it, instead of a stack trace. */
public final class FaultPrinter implements CommandLine.IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception e, CommandLine line, CommandLine.ParseResult parsed) {
        System.err.println((hasName(e) ? "error " : "error: ") + messageOf(e));
        return switch (e) {
            case ApplianceFolder.FolderInUseException inUse -> ExitCode.REFUSED;
            case MappedFile.FileInUseException inUse -> ExitCode.REFUSED;
            case ConfigurationException configuration -> ExitCode.USAGE;
            case RefusedException refused -> ExitCode.REFUSED;
            case NothingThereException nothing -> ExitCode.UNREACHABLE;
            case IllegalArgumentException argument -> ExitCode.USAGE;
            case SessionException session -> exitCode(session);
            case IOException io -> ExitCode.FAILED;
            default -> {
                e.printStackTrace();
                yield ExitCode.FAILED;
            }
        };
    }

    /** Whether the message begins with the refusal's name, as those of refused requests do. */
    private static boolean hasName(Exception e) {
        return e instanceof RefusedException
                || (e instanceof SessionException session && session.kind() == SessionException.Kind.REFUSED);
    }

    /** A file system's exception names the file and leaves the reason to its class. */
    private static String messageOf(Exception e) {
        return switch (e) {
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case NoSuchFileException missing -> missing.getFile() + ": no such file or folder";
            case FileAlreadyExistsException exists -> exists.getFile() + ": exists and is not a folder";
            case FileSystemException other when other.getReason() != null -> other.getFile() + ": " + other.getReason();
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }

    private static int exitCode(SessionException e) {
        return switch (e.kind()) {
            case UNREACHABLE -> ExitCode.UNREACHABLE;
            case REFUSED, ELSEWHERE -> ExitCode.REFUSED;
            case CLOSED -> ExitCode.UNKNOWN_OUTCOME;
        };
    }
}
