package io.needletail.bench.report;

import io.needletail.bench.process.BenchCores;
import io.needletail.memory.CycleCounter;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostAudit;
import io.needletail.tuning.HostFacts;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Everything that a reader of a figure must know about where it was taken. */
public final class Environment {
    /** The facts under this name must be equal for two runs to be compared. */
    public static final String MACHINE = "machine";

    private Environment() {}

    public static Map<String, Object> capture(BenchCores cores) {
        HostTree host = HostTree.ofThisHost();
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put("time", Instant.now().toString());
        environment.put("version", System.getProperty("needletail.version"));
        environment.put("commit", commit());
        Map<String, Object> machine = new LinkedHashMap<>(HostFacts.machine(host));
        machine.put("jvm", System.getProperty("java.vm.name") + " " + Runtime.version());
        environment.put(MACHINE, machine);
        environment.put("command", System.getProperty("sun.java.command", "unknown"));
        environment.put("flags", ManagementFactory.getRuntimeMXBean().getInputArguments());
        environment.put("clientCore", cores.client());
        environment.put("serverCore", cores.server());
        environment.put("cycleCounter", CycleCounter.isNative() ? "native" : "System.nanoTime");
        environment.put("loadAverage", host.text("proc/loadavg").orElse("unknown"));
        environment.put("audit", audit(host));
        return environment;
    }

    private static List<Map<String, String>> audit(HostTree host) {
        List<Map<String, String>> audit = new ArrayList<>();
        for (Finding finding : HostAudit.of(host)) {
            Map<String, String> entry = new LinkedHashMap<>();
            entry.put("name", finding.name());
            entry.put("verdict", finding.verdict().name());
            entry.put("observed", finding.observed());
            audit.add(entry);
        }
        return audit;
    }

    /** The commit of the sources, with a plus sign when they were changed since; unknown outside a clone. */
    private static String commit() {
        String home = System.getProperty("needletail.home");
        String commit = git(home, "rev-parse", "--short=12", "HEAD");
        return commit.isEmpty()
                ? "unknown"
                : commit + (git(home, "status", "--porcelain").isEmpty() ? "" : "+");
    }

    private static String git(String home, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", home));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? output : "";
        } catch (IOException e) {
            return ""; // no git: the figure says that its commit is unknown
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** How the machines of two environments differ, fact by fact; empty when they are alike. */
    public static List<String> differences(Map<String, ?> first, Map<String, ?> second) {
        List<String> differences = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(first.keySet());
        names.addAll(second.keySet());
        for (String name : names) {
            String here = String.valueOf(first.get(name));
            String there = String.valueOf(second.get(name));
            if (!here.equals(there)) {
                differences.add(name + ": " + here + " / " + there);
            }
        }
        return differences;
    }

    /** The folder that runs are kept in. */
    public static Path runs() {
        return Path.of(System.getProperty("needletail.home"), "target", "bench");
    }
}
