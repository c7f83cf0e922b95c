package io.needletail.server.config;

import java.util.List;
import java.util.Locale;

/**
 * A named way of running, with its trade-off.
 *
 * @param name what {@code --profile} takes
 * @param waiting what a shard's thread does when there is nothing to do
 * @param pins whether the shard's thread is bound to a core
 * @param requestsPerTurn taken from one session before the next one is looked at
 * @param driver who runs the driver's conductor unless the option says otherwise
 * @param warmUpRounds rounds of every operation before ready
 * @param help for people
 */
public record Profile(
        String name,
        Waiting waiting,
        boolean pins,
        int requestsPerTurn,
        DriverMode driver,
        int warmUpRounds,
        String help) {
    /** What a thread does when there is nothing to do. */
    public enum Waiting {
        /** Looks again at once. */
        SPINS,
        /** Looks again when the scheduler has asked the others: its core is not for it alone. */
        YIELDS,
        /** Looks less and less often, every millisecond at last. */
        SLEEPS
    }

    public static final Profile DEVELOPMENT = new Profile(
            "development",
            Waiting.SLEEPS,
            false,
            16,
            DriverMode.INVOKER,
            2_000,
            "backs off when idle; for laptops and tests");
    /** 30,000 rounds are three times the invocations after which the second compiler has taken over. */
    public static final Profile LATENCY = new Profile(
            "latency", Waiting.SPINS, true, 16, DriverMode.AUTO, 30_000, "one pinned core spins; the shortest tail");
    /** A turn takes half of what may be unanswered by default, so that what a cycle costs is spread over more requests. */
    public static final Profile THROUGHPUT = new Profile(
            "throughput",
            Waiting.YIELDS,
            false,
            64,
            DriverMode.SHARED,
            30_000,
            "shards yield instead of spinning, more of them than cores; long turns for clients that send much at a time");

    private static final List<Profile> ALL = List.of(DEVELOPMENT, LATENCY, THROUGHPUT);

    public Profile {
        if (warmUpRounds < 0 || requestsPerTurn < 1) {
            throw new IllegalArgumentException("warmUpRounds=" + warmUpRounds + " requestsPerTurn=" + requestsPerTurn);
        }
    }

    /** After which a journal's thread looks again at the latest: its acknowledgements come no sooner, and each look takes a core's time. */
    public long longestPauseNs() {
        return waiting == Waiting.SLEEPS ? 500_000 : 50_000;
    }

    /** Whether a shard's thread never leaves its core of its own accord. */
    public boolean spins() {
        return waiting == Waiting.SPINS;
    }

    public static List<String> names() {
        return ALL.stream().map(Profile::name).toList();
    }

    public static Profile byName(String name) {
        return ALL.stream()
                .filter(profile -> profile.name.equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        new ConfigurationException("no profile is named " + name + ": " + String.join(", ", names())));
    }
}
