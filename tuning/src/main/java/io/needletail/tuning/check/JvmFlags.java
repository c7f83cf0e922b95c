package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;
import java.util.ArrayList;
import java.util.List;

/** The JVM that the appliance runs on, and the flags the launcher gives it. */
public final class JvmFlags extends HostCheck {
    /** In a copied tree: lines {@code version=...}, {@code flags=...}, {@code environment=...}. */
    static final String FILE = "needletail/jvm";

    private static final int VERSION = 25;
    private static final List<String> EXPECTED =
            List.of("-XX:+UseSerialGC", "-XX:+AlwaysPreTouch", "-XX:+PerfDisableSharedMem");

    public JvmFlags() {
        super("jvm", "another version or collector, or flags from the environment, change what was measured");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        String version = value(host, "version", System.getProperty("java.specification.version", ""));
        String flags = value(host, "flags", System.getProperty("needletail.appliance-flags", ""));
        String environment = value(host, "environment", environment());
        if (version.isEmpty()) {
            return ok("not part of this tree");
        }
        if (!version.equals(Integer.toString(VERSION))) {
            return fail("Java " + version, "install a JDK " + VERSION + ", and set JAVA_HOME to it");
        }
        List<String> missing = new ArrayList<>(EXPECTED);
        missing.removeAll(List.of(flags.split("\\s+")));
        if (!environment.isEmpty()) {
            return warn(
                    "Java " + version + ", flags from the environment: " + environment,
                    "unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS");
        }
        return missing.isEmpty()
                ? ok("Java " + version + ", flags as measured")
                : warn("Java " + version + ", without " + String.join(" ", missing), "start through ./needletail");
    }

    private static String value(HostTree host, String name, String here) {
        return host.isThisHost()
                ? here
                : host.lines(FILE).stream()
                        .filter(line -> line.startsWith(name + "="))
                        .map(line -> line.substring(name.length() + 1))
                        .findFirst()
                        .orElse("");
    }

    private static String environment() {
        StringBuilder flags = new StringBuilder();
        for (String variable : new String[] {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"}) {
            String value = System.getenv(variable);
            if (value != null && !value.isBlank()) {
                flags.append(flags.isEmpty() ? "" : " ")
                        .append(variable)
                        .append('=')
                        .append(value);
            }
        }
        return flags.toString();
    }
}
