package io.needletail.server.config;

import java.util.List;
import java.util.Locale;

/**
 * A named way of running, with its trade-off.
 *
 * @param name what {@code --profile} takes
 * @param spins whether the shard's thread never sleeps
 * @param pins whether the shard's thread is bound to a core
 * @param driver who runs the driver's conductor unless the option says otherwise
 * @param warmUpRounds rounds of every operation before ready
 * @param help for people
 */
public record Profile(String name, boolean spins, boolean pins, DriverMode driver, int warmUpRounds, String help) {
    public static final Profile DEVELOPMENT = new Profile(
            "development", false, false, DriverMode.INVOKER, 2_000, "backs off when idle; for laptops and tests");
    /** 30,000 rounds are three times the invocations after which the second compiler has taken over. */
    public static final Profile LATENCY =
            new Profile("latency", true, true, DriverMode.AUTO, 30_000, "one pinned core spins; the shortest tail");

    public Profile {
        if (warmUpRounds < 0) {
            throw new IllegalArgumentException("warmUpRounds=" + warmUpRounds);
        }
    }

    public static List<String> names() {
        return List.of(DEVELOPMENT.name(), LATENCY.name());
    }

    public static Profile byName(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "development" -> DEVELOPMENT;
            case "latency" -> LATENCY;
            default ->
                throw new ConfigurationException("no profile is named " + name + ": " + String.join(", ", names()));
        };
    }
}
