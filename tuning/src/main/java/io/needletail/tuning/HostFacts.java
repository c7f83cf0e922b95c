package io.needletail.tuning;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.check.Virtualisation;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a measurement must say about the machine it was taken on. */
public final class HostFacts {
    private HostFacts() {}

    /** Facts that two runs must share to be compared: the machine, not its mood. */
    public static Map<String, Object> machine(HostTree host) {
        CpuTopology topology = CpuTopology.of(host);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("cpu", host.field("proc/cpuinfo", "model name").orElse("unknown"));
        facts.put("cpuFamilyModelStepping", family(host));
        facts.put("cores", topology.cpus().size());
        facts.put("sockets", topology.packages());
        facts.put("lastLevelCaches", topology.dies().size());
        facts.put("caches", Caches.of(host).describe());
        facts.put("virtual", Virtualisation.isGuest(host));
        facts.put("kernel", host.text("proc/sys/kernel/osrelease").orElse("unknown"));
        facts.put("commandLine", host.text("proc/cmdline").orElse("unknown"));
        facts.put("isolated", CpuTopology.list(topology.isolated()));
        facts.put(
                "clockSource",
                host.text("sys/devices/system/clocksource/clocksource0/current_clocksource")
                        .orElse("unknown"));
        facts.put("memory", host.field("proc/meminfo", "MemTotal").orElse("unknown"));
        return facts;
    }

    private static String family(HostTree host) {
        return host.field("proc/cpuinfo", "cpu family").orElse("?") + "/"
                + host.field("proc/cpuinfo", "model").orElse("?") + "/"
                + host.field("proc/cpuinfo", "stepping").orElse("?");
    }
}
