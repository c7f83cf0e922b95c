package io.needletail.server.session;

/** How many requests of one session another agent still works at: handed over by the shard, finished by the agent. */
final class Outstanding {
    private int offered;
    /** Written by the agent with a volatile store, after its last use of the session; read by the shard. */
    private volatile int done;

    /** For the shard. */
    int count() {
        return offered - done;
    }

    /** For the shard. */
    void offered() {
        offered++;
    }

    /** For the agent. */
    void done() {
        done = done + 1;
    }
}
