package io.needletail.server.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;

/**
 * Fuzz target: any text as the folder's configuration file, and its first line as a setting of the command line. It is read or
 * refused with a {@link ConfigurationException}; anything else is a finding, and so is a configuration that is not read back.
 */
public final class ConfigurationFuzzTarget {
    private ConfigurationFuzzTarget() {}

    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        Properties stored = new Properties();
        try {
            stored.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            return; // a malformed escape: the file is refused by its reader
        }
        try {
            Configuration configuration = Configuration.of(stored, null, List.of());
            Configuration again = Configuration.of(configuration.toProperties(), null, List.of());
            if (!again.toProperties().equals(configuration.toProperties())) {
                throw new IllegalStateException("not read back: " + configuration.toProperties());
            }
        } catch (ConfigurationException e) {
            assertHasText(e);
        }
        try {
            Configuration.of(
                    new Properties(), null, List.of(text.lines().findFirst().orElse("")));
        } catch (ConfigurationException e) {
            assertHasText(e);
        }
    }

    private static void assertHasText(ConfigurationException e) {
        if (e.getMessage() == null || e.getMessage().isBlank()) {
            throw new IllegalStateException("a refusal without a reason", e);
        }
    }
}
