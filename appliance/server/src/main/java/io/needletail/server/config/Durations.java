package io.needletail.server.config;

/** Durations as people write them: 250us, 500ms, 2s. */
public final class Durations {
    private Durations() {}

    public static long parseNs(String text) {
        try {
            return OptionType.DURATION.parse(text);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ConfigurationException("'" + text + "' is not a duration: write it as 500ms or 2s");
        }
    }
}
