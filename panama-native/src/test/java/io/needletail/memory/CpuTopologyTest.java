package io.needletail.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuTopologyTest {
    @TempDir
    private Path root;

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }

    @Test
    void shouldReadCoresSiblingsNodesIsolationAndTheCgroup() throws IOException {
        file("sys/devices/system/cpu/online", "0-7");
        file("sys/devices/system/cpu/isolated", "2-3,6");
        file("proc/self/status", "Name:\tjava\nCpus_allowed_list:\t1-6");
        file("proc/self/cgroup", "0::/trading.slice");
        file("sys/fs/cgroup/trading.slice/cpuset.cpus.effective", "1-6");
        file("sys/devices/system/node/node0/cpulist", "0-3");
        file("sys/devices/system/node/node1/cpulist", "4-7");
        for (int cpu = 0; cpu < 8; cpu++) {
            String topology = "sys/devices/system/cpu/cpu" + cpu + "/topology/";
            file(topology + "physical_package_id", cpu < 4 ? "0" : "1");
            // 2 and 3 share a physical core, 6 has its own
            file(topology + "thread_siblings_list", cpu == 2 || cpu == 3 ? "2-3" : Integer.toString(cpu));
        }
        CpuTopology topology = CpuTopology.of(HostTree.under(root));
        assertThat(topology.cpus()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(topology.cgroupCpus()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(topology.isolated()).containsExactly(2, 3, 6);
        assertThat(topology.packages()).isEqualTo(2);
        assertThat(topology.nodes()).isEqualTo(Map.of(0, List.of(0, 1, 2, 3), 1, List.of(4, 5, 6, 7)));
        assertThat(topology.siblings()).containsExactly(List.of(2, 3));
        assertThat(topology.quietCpus())
                .as("the one with a core of its own first")
                .containsExactly(6, 2, 3);
    }

    @Test
    void shouldDescribeThisHost() {
        CpuTopology topology = CpuTopology.of(HostTree.ofThisHost());
        assertThat(topology.cpus()).isEqualTo(CpuSet.allowed());
    }
}
