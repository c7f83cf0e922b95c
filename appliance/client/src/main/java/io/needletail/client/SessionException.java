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
        /** The namespace has other shards; {@link #firstShard()} is where it begins. */
        ELSEWHERE,
        /** The session ended. */
        CLOSED
    }

    private final Kind kind;
    private final int firstShard;

    public SessionException(Kind kind, String message) {
        this(kind, message, -1);
    }

    SessionException(Kind kind, String message, int firstShard) {
        super(message);
        this.kind = kind;
        this.firstShard = firstShard;
    }

    public SessionException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        firstShard = -1;
    }

    int firstShard() {
        return firstShard;
    }

    public Kind kind() {
        return kind;
    }
}
