package io.needletail.server.cli;

/** Something was refused before it was sent: a limit that is the same everywhere. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RefusedException(String message) {
        super(message);
    }
}
