package io.needletail.registry.view;

/**
 * What a change has reached. The first four say what this node's data survives, a mirrored level that so many other nodes have
 * validated the record. The region's header publishes, a line each, the sequence up to which every level has come, and because
 * an entry's version is a sequence, one comparison says whether its value has got there.
 */
public final class Level {
    /** Of a change that nobody has heard of again: not even that it was applied. */
    public static final int NONE = -1;
    /** Applied by the shard. */
    public static final int MEMORY = 0;
    /** In the journal file's pages: survives the death of the process. */
    public static final int JOURNALED = 1;
    /** Forced to the journal's medium: survives loss of power. */
    public static final int SYNCED = 2;
    /** Flushed and fenced in persistent memory: survives loss of power. */
    public static final int PERSISTENT = 3;
    /** Validated by one mirror; {@code MIRRORED + n - 1} by n of them. */
    public static final int MIRRORED = 4;

    public static final int MAX_MIRRORS = 8;
    public static final int COUNT = MIRRORED + MAX_MIRRORS;

    private static final String[] LOCAL = {"memory", "journaled", "synced", "persistent"};

    private Level() {}

    public static boolean isLevel(int level) {
        return level >= MEMORY && level < COUNT;
    }

    /** "memory", "journaled", "synced", "persistent", "mirrored-1" to "mirrored-8". */
    public static String name(int level) {
        if (level == NONE) {
            return "none";
        }
        if (!isLevel(level)) {
            return "level=" + level;
        }
        return level < MIRRORED ? LOCAL[level] : "mirrored-" + (level - MIRRORED + 1);
    }

    /** The level of this name, or -1. */
    public static int byName(String name) {
        for (int level = MEMORY; level < COUNT; level++) {
            if (name(level).equals(name)) {
                return level;
            }
        }
        return -1;
    }
}
