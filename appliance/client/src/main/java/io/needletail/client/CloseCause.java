package io.needletail.client;

/** Why a session ended, as its client sees it. */
public enum CloseCause {
    /** This client closed it. */
    CLIENT,
    /** The server closed it and said why. */
    SERVER,
    /** The server, or its media driver, gave no sign of life. */
    SERVER_LOST
}
