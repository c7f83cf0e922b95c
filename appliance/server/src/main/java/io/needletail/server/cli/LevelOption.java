package io.needletail.server.cli;

import io.needletail.client.ShardedSession;
import io.needletail.registry.view.Level;
import picocli.CommandLine.Option;

/** {@code --level}, of every verb that changes something. */
final class LevelOption {
    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            defaultValue = "memory",
            description = {
                "Answers when the change has reached memory, journaled (it survives the death of the process) or synced (and loss of"
                        + " power); persistent needs persistent memory (default: ${DEFAULT-VALUE})."
            })
    private String name;

    /** Every change of the session from here on is acknowledged at this level. */
    void set(ShardedSession session) {
        session.level(level());
    }

    private int level() {
        int level = Level.byName(name);
        if (level < 0) {
            throw new IllegalArgumentException("--level " + name
                    + " is not memory, journaled, synced, persistent or mirrored-1 to mirrored-" + Level.MAX_MIRRORS);
        }
        return level;
    }
}
