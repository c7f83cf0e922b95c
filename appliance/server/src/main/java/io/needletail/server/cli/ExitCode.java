package io.needletail.server.cli;

import io.needletail.registry.view.Status;

/** Exit codes of the commands, the same everywhere. */
public final class ExitCode {
    public static final int DONE = 0;
    public static final int NOT_FOUND = 1;
    /** A start that failed. */
    public static final int FAILED = 1;

    public static final int USAGE = 2;
    public static final int UNREACHABLE = 3;
    /** A limit, an existing key, a folder in use. */
    public static final int REFUSED = 4;

    public static final int UNKNOWN_OUTCOME = 5;

    private ExitCode() {}

    static int of(int status) {
        return switch (status) {
            case Status.OK -> DONE;
            case Status.NOT_FOUND, Status.ABSENT -> NOT_FOUND;
            case Status.UNKNOWN -> UNKNOWN_OUTCOME;
            case Status.INVALID_REQUEST -> USAGE;
            case Status.WRITER_UNAVAILABLE, Status.REGION_RETIRED, Status.REGION_FAILED -> UNREACHABLE;
            default -> REFUSED;
        };
    }
}
