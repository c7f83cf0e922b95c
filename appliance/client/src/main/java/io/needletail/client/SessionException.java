package io.needletail.client;

/** A session could not be had, or has ended. The kind says whether trying again can help. */
public final class SessionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What happened. */
    public enum Kind {
        /** No appliance answers there. */
        UNREACHABLE,
        /** The appliance answered no. */
        REFUSED,
        /** The session ended. */
        CLOSED
    }

    private final Kind kind;

    public SessionException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public SessionException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
