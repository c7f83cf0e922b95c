package io.needletail.tuning;

import io.needletail.memory.HostTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies of hosts, as files under a folder: what the audit reads of /proc and /sys and nothing else. */
public final class HostFixture {
    private static final String CPU = "sys/devices/system/cpu/";

    private final Path root;

    private HostFixture(Path root) {
        this.root = root;
    }

    /** Two sockets of four cores with two threads each, as delivered: nothing is tuned. */
    public static HostFixture twoSocket(Path root) throws IOException {
        HostFixture host = new HostFixture(root);
        host.cores(16, "Intel(R) Xeon(R) Gold 6442Y", "fpu tsc constant_tsc nonstop_tsc");
        for (int cpu = 0; cpu < 16; cpu++) {
            int socket = cpu % 2;
            int sibling = cpu < 8 ? cpu + 8 : cpu - 8;
            host.core(cpu, socket, Math.min(cpu, sibling) + "," + Math.max(cpu, sibling), evens(socket), "powersave");
        }
        host.write("sys/devices/system/node/node0/cpulist", evens(0));
        host.write("sys/devices/system/node/node1/cpulist", evens(1));
        host.write("proc/sys/kernel/numa_balancing", "1");
        host.idleState(15, 0, "C1", 1).idleState(15, 1, "C1E", 10).idleState(15, 2, "C6", 170);
        host.memory(262_144_000, "rw,nosuid,nodev", "always", "/dev/sda2 partition 8388604 0 -2");
        host.clock("tsc", "tsc hpet acpi_pm").limit("8388608").stat(0);
        host.irq(120, "0-15").irq(121, "0");
        return host.jvm("25", "-XX:+UseSerialGC -XX:+AlwaysPreTouch -XX:+PerfDisableSharedMem", "");
    }

    /** One socket, two dies of four cores, tuned: cores 4 to 7 isolated, quiet and awake. */
    public static HostFixture multiDie(Path root) throws IOException {
        HostFixture host = new HostFixture(root);
        host.cores(8, "AMD EPYC 9175F", "fpu tsc constant_tsc nonstop_tsc");
        for (int cpu = 0; cpu < 8; cpu++) {
            host.core(cpu, 0, Integer.toString(cpu), cpu < 4 ? "0-3" : "4-7", "performance");
        }
        host.write(CPU + "isolated", "4-7").write(CPU + "nohz_full", "4-7");
        host.write("sys/devices/system/node/node0/cpulist", "0-7");
        host.idleState(7, 0, "POLL", 0)
                .idleState(7, 1, "C1", 1)
                .idleState(7, 2, "C2", 18)
                .write(CPU + "cpu7/cpuidle/state2/disable", "1");
        host.memory(131_072_000, "rw,size=64g,huge=within_size", "madvise", "");
        host.write("proc/meminfo", "MemTotal:       131072000 kB\nHugePages_Total:       0\n");
        host.clock("tsc", "tsc").limit("unlimited").stat(0);
        host.irq(30, "0-3").irq(31, "1");
        return host.jvm("25", "-XX:+UseSerialGC -XX:+AlwaysPreTouch -XX:+PerfDisableSharedMem", "");
    }

    /** A small virtual machine on a busy host, in a container with a small /dev/shm, on the wrong JVM. */
    public static HostFixture virtualMachine(Path root) throws IOException {
        HostFixture host = new HostFixture(root);
        host.cores(1, "QEMU Virtual CPU", "fpu tsc hypervisor");
        host.core(0, 0, "0", "0", null);
        host.write("sys/devices/system/node/node0/cpulist", "0");
        host.memory(2_048_000, "rw,size=65536k", "always", "");
        host.clock("hpet", "hpet acpi_pm").limit("65536").stat(5_000);
        return host.jvm("17", "-XX:+UseSerialGC", "JAVA_TOOL_OPTIONS=-Dx=y");
    }

    private static String evens(int socket) {
        StringBuilder list = new StringBuilder();
        for (int cpu = socket; cpu < 16; cpu += 2) {
            list.append(list.isEmpty() ? "" : ",").append(cpu);
        }
        return list.toString();
    }

    private void cores(int count, String model, String flags) throws IOException {
        write(CPU + "online", count == 1 ? "0" : "0-" + (count - 1));
        write(CPU + "isolated", "");
        write("proc/cpuinfo", "processor\t: 0\nmodel name\t: " + model + "\nflags\t\t: " + flags + "\n");
        write("proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1 quiet");
        write("proc/sys/kernel/osrelease", "6.12.0");
    }

    private void core(int cpu, int socket, String siblings, String sharesCache, String governor) throws IOException {
        String folder = CPU + "cpu" + cpu + "/";
        write(folder + "topology/physical_package_id", Integer.toString(socket));
        write(folder + "topology/thread_siblings_list", siblings);
        write(folder + "cache/index0/level", "1").write(folder + "cache/index0/type", "Data");
        write(folder + "cache/index0/size", "48K").write(folder + "cache/index0/shared_cpu_list", siblings);
        write(folder + "cache/index3/level", "3").write(folder + "cache/index3/type", "Unified");
        write(folder + "cache/index3/size", "32M").write(folder + "cache/index3/shared_cpu_list", sharesCache);
        if (governor != null) {
            write(folder + "cpufreq/scaling_governor", governor);
        }
    }

    private HostFixture idleState(int cpu, int number, String name, int latencyUs) throws IOException {
        String folder = CPU + "cpu" + cpu + "/cpuidle/state" + number + "/";
        write(folder + "name", name).write(folder + "latency", Integer.toString(latencyUs));
        return write(folder + "disable", "0");
    }

    private void memory(long totalKb, String shmOptions, String thp, String swap) throws IOException {
        write("proc/meminfo", "MemTotal:       " + totalKb + " kB\nHugePages_Total:       0\n");
        write("proc/mounts", "proc /proc proc rw 0 0\ntmpfs /dev/shm tmpfs " + shmOptions + " 0 0\n");
        String choices = "always madvise never".replace(thp, "[" + thp + "]");
        write("sys/kernel/mm/transparent_hugepage/enabled", choices);
        write("sys/kernel/mm/transparent_hugepage/defrag", choices);
        write("sys/kernel/mm/transparent_hugepage/shmem_enabled", "always within_size advise [never] deny force");
        write("proc/swaps", "Filename Type Size Used Priority\n" + (swap.isEmpty() ? "" : swap + "\n"));
    }

    private HostFixture clock(String current, String available) throws IOException {
        write("sys/devices/system/clocksource/clocksource0/current_clocksource", current);
        return write("sys/devices/system/clocksource/clocksource0/available_clocksource", available);
    }

    private HostFixture limit(String memlock) throws IOException {
        return write(
                "proc/self/limits",
                "Limit                     Soft Limit           Hard Limit           Units\n"
                        + "Max locked memory         " + memlock + "           " + memlock + "           bytes\n");
    }

    private HostFixture stat(long steal) throws IOException {
        return write("proc/stat", "cpu  100000 0 50000 800000 0 0 0 " + steal + " 0 0\n");
    }

    private HostFixture irq(int number, String cpus) throws IOException {
        return write("proc/irq/" + number + "/smp_affinity_list", cpus);
    }

    private HostFixture jvm(String version, String flags, String environment) throws IOException {
        return write(
                "needletail/jvm", "version=" + version + "\nflags=" + flags + "\nenvironment=" + environment + "\n");
    }

    /** Writes one of the host's files. */
    public HostFixture write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
        return this;
    }

    public HostFixture remove(String path) throws IOException {
        Files.delete(root.resolve(path));
        return this;
    }

    public HostTree tree() {
        return HostTree.under(root);
    }
}
