package io.needletail.bench.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a measurement starts an appliance: fresh, and ended with its coordinator. Without a journal unless the settings say otherwise:
 * its threads would take turns on the two cores that spin.
 */
public final class ApplianceArguments {
    private ApplianceArguments() {}

    /** Its shard spins on the server's core; on a machine with one core it backs off. */
    public static List<String> spinning(Path dir, BenchCores cores, String... settings) {
        List<String> arguments = with(dir, cores.canPin() ? "latency" : "development", settings);
        if (cores.canPin()) {
            arguments.addAll(List.of("--set", "shard-core=" + cores.server()));
        }
        return arguments;
    }

    /** It sleeps while nobody asks it anything. */
    public static List<String> resting(Path dir, String... settings) {
        return with(dir, "development", settings);
    }

    /** The setting of an appliance that is to show that it works, not how fast: it need not be warm. */
    public static String warmUp(boolean isSmoke) {
        return "warm-up=" + (isSmoke ? "off" : "on");
    }

    private static List<String> with(Path dir, String profile, String... settings) {
        List<String> arguments = new ArrayList<>(
                List.of("start", "--dir", dir.toString(), "--profile", profile, "--fresh", "--until-stdin-ends"));
        arguments.addAll(List.of("--set", "journal=off")); // a later setting wins
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        return arguments;
    }
}
