package io.needletail.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The cores of a host and what they share.
 *
 * @param cpus cores that are online and that this process may use: taskset and cgroup cpusets narrow them
 * @param cgroupCpus what the process's cgroup allows, empty where it does not say
 * @param isolated cores the scheduler keeps ordinary threads off
 * @param packages number of sockets
 * @param nodes cores by NUMA node
 * @param siblings cores that share one physical core, groups of two or more
 * @param dies cores that share a last-level cache
 */
public record CpuTopology(
        List<Integer> cpus,
        List<Integer> cgroupCpus,
        List<Integer> isolated,
        int packages,
        Map<Integer, List<Integer>> nodes,
        List<List<Integer>> siblings,
        List<List<Integer>> dies) {
    private static final String CPU = "sys/devices/system/cpu/";

    public static CpuTopology of(HostTree host) {
        List<Integer> cpus = usable(host);
        TreeSet<Long> packages = new TreeSet<>();
        TreeSet<String> siblings = new TreeSet<>();
        TreeSet<String> dies = new TreeSet<>();
        for (int cpu : cpus) {
            packages.add(host.number(CPU + "cpu" + cpu + "/topology/physical_package_id"));
            host.text(CPU + "cpu" + cpu + "/topology/thread_siblings_list")
                    .filter(CpuSet::isList)
                    .ifPresent(siblings::add);
            host.text(lastLevel(host, cpu) + "/shared_cpu_list")
                    .filter(CpuSet::isList)
                    .ifPresent(dies::add);
        }
        return new CpuTopology(
                cpus,
                cgroupCpus(host),
                host.cpuList(CPU + "isolated"),
                packages.size(),
                nodesOf(host),
                groups(siblings).stream().filter(group -> group.size() > 1).toList(),
                groups(dies));
    }

    /** Online, and this process may run there: taskset and containers narrow it. */
    private static List<Integer> usable(HostTree host) {
        List<Integer> online = host.cpuList(CPU + "online");
        List<Integer> allowed = host.field("proc/self/status", "Cpus_allowed_list")
                .filter(CpuSet::isList)
                .map(CpuSet::parse)
                .orElse(online);
        return online.stream().filter(allowed::contains).toList();
    }

    /** The line {@code 0::/path} of /proc/self/cgroup names the group; its effective set stands in the file system of version 2. */
    private static List<Integer> cgroupCpus(HostTree host) {
        return host.lines("proc/self/cgroup").stream()
                .filter(line -> line.startsWith("0::"))
                .map(line -> host.cpuList("sys/fs/cgroup" + line.substring(3) + "/cpuset.cpus.effective"))
                .filter(cpus -> !cpus.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private static String lastLevel(HostTree host, int cpu) {
        String caches = CPU + "cpu" + cpu + "/cache";
        String last = "";
        long level = 0;
        for (String name : host.names(caches)) {
            long here = host.number(caches + "/" + name + "/level");
            if (here > level) {
                level = here;
                last = caches + "/" + name;
            }
        }
        return last;
    }

    private static Map<Integer, List<Integer>> nodesOf(HostTree host) {
        Map<Integer, List<Integer>> nodes = new LinkedHashMap<>();
        for (String name : host.names("sys/devices/system/node")) {
            if (name.matches("node\\d+")) {
                nodes.put(
                        Integer.parseInt(name.substring(4)),
                        host.cpuList("sys/devices/system/node/" + name + "/cpulist"));
            }
        }
        return nodes;
    }

    private static List<List<Integer>> groups(TreeSet<String> lists) {
        List<List<Integer>> groups = new ArrayList<>();
        for (String list : lists) {
            groups.add(CpuSet.parse(list));
        }
        return groups;
    }

    /** The core the appliance pins its shard to unless told otherwise: the last one. */
    public int shardCore() {
        return cpus.isEmpty() ? 0 : cpus.get(cpus.size() - 1);
    }

    /** Cores of this process that the scheduler keeps ordinary threads off, those with a physical core of their own first. */
    public List<Integer> quietCpus() {
        List<Integer> quiet =
                new ArrayList<>(cpus.stream().filter(isolated::contains).toList());
        quiet.sort(Comparator.comparing((Integer cpu) -> hasSibling(cpu)).thenComparing(Comparator.naturalOrder()));
        return List.copyOf(quiet);
    }

    private boolean hasSibling(int cpu) {
        return siblings.stream().anyMatch(group -> group.contains(cpu));
    }

    /** Cores the way the kernel writes them, for remedies. */
    public static String list(List<Integer> cpus) {
        return cpus.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** All cores but the first, which keeps the machine's own work. */
    public String allButFirst() {
        return cpus.size() < 2 ? "1" : list(cpus.subList(1, cpus.size()));
    }
}
