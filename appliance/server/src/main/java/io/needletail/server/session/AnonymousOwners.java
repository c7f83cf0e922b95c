package io.needletail.server.session;

/** Which session an anonymous entry belongs to, and is counted for. */
@FunctionalInterface
interface AnonymousOwners {
    /** An entry was deleted, by whichever session: from now on it belongs to none. A keyed entry never did. */
    void deleted(long handle, SessionLane by);
}
