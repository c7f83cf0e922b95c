package io.needletail.server.cli;

/** What a command is to look at is not there. */
final class NothingThereException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NothingThereException(String message) {
        super(message);
    }
}
