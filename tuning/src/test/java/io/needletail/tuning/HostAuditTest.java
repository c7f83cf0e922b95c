package io.needletail.tuning;

import static io.needletail.tuning.Verdict.FAIL;
import static io.needletail.tuning.Verdict.OK;
import static io.needletail.tuning.Verdict.WARN;
import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.memory.CpuSet;
import io.needletail.memory.HostTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit on copies of three hosts, and on what can be wrong with one property at a time. */
class HostAuditTest {
    @TempDir
    private Path root;

    private static Map<String, Verdict> verdicts(HostFixture host) {
        Map<String, Verdict> verdicts = new LinkedHashMap<>();
        HostAudit.of(host.tree()).forEach(finding -> verdicts.put(finding.name(), finding.verdict()));
        return verdicts;
    }

    private static Finding finding(HostFixture host, String name) {
        return HostAudit.of(host.tree()).stream()
                .filter(finding -> finding.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldWarnOfAllThatIsNotTunedOnATwoSocketHost() throws IOException {
        HostFixture host = HostFixture.twoSocket(root);
        assertThat(verdicts(host))
                .containsEntry("cores", OK)
                .containsEntry("isolation", WARN)
                .containsEntry("nohz", WARN)
                .containsEntry("irq", WARN)
                .containsEntry("governor", WARN)
                .containsEntry("cstates", WARN)
                .containsEntry("smt", WARN)
                .containsEntry("numa", WARN)
                .containsEntry("clock", OK)
                .containsEntry("virtualisation", OK)
                .containsEntry("shm", OK)
                .containsEntry("hugepages", WARN)
                .containsEntry("thp", WARN)
                .containsEntry("memlock", WARN)
                .containsEntry("swap", WARN)
                .containsEntry("jvm", OK)
                .hasSize(16);
        assertThat(HostAudit.hasFailed(HostAudit.of(host.tree()))).isFalse();
    }

    @Test
    void shouldNameTheExactCoresInTheRemediesOfATwoSocketHost() throws IOException {
        HostFixture host = HostFixture.twoSocket(root);
        assertThat(finding(host, "numa").observed()).contains("2 sockets, 2 nodes, 2 last-level caches");
        assertThat(finding(host, "numa").remedy())
                .contains("1,3,5,7,9,11,13,15")
                .contains("--membind=1")
                .contains("numa_balancing=0");
        assertThat(finding(host, "smt").observed()).isEqualTo("core 15 shares with 7");
        assertThat(finding(host, "cstates").observed()).contains("C6, 170 us");
        assertThat(finding(host, "irq").observed()).contains("1 of 2 interrupts may reach core 15: 120");
    }

    @Test
    void shouldFindNothingButTheDiesOnATunedMultiDieHost() throws IOException {
        HostFixture host = HostFixture.multiDie(root);
        assertThat(HostAudit.of(host.tree()))
                .filteredOn(finding -> finding.verdict() != OK)
                .extracting(Finding::name)
                .containsExactly("numa");
        assertThat(finding(host, "numa").remedy()).contains("4,5,6,7");
        assertThat(finding(host, "cstates").observed()).contains("C1, 1 us");
    }

    @Test
    void shouldFailWhereTheApplianceCannotKeepItsPromises() throws IOException {
        HostFixture host = HostFixture.virtualMachine(root);
        assertThat(verdicts(host))
                .containsEntry("cores", FAIL)
                .containsEntry("clock", FAIL)
                .containsEntry("shm", FAIL)
                .containsEntry("jvm", FAIL)
                .containsEntry("virtualisation", WARN)
                .containsEntry("governor", OK)
                .containsEntry("cstates", OK)
                .containsEntry("swap", OK);
        assertThat(HostAudit.hasFailed(HostAudit.of(host.tree()))).isTrue();
        assertThat(finding(host, "virtualisation").observed()).contains("stolen 0.5236%");
        assertThat(finding(host, "shm").observed()).startsWith("64 MiB");
    }

    @Test
    void shouldSayWhyAndWhatToDoWheneverSomethingIsNotRight() throws IOException {
        for (HostFixture host : new HostFixture[] {
            HostFixture.twoSocket(root.resolve("a")),
            HostFixture.multiDie(root.resolve("b")),
            HostFixture.virtualMachine(root.resolve("c"))
        }) {
            assertThat(HostAudit.of(host.tree())).allSatisfy(finding -> {
                assertThat(finding.why()).isNotBlank();
                assertThat(finding.observed()).isNotBlank();
                assertThat(finding.remedy().isEmpty()).as(finding.name()).isEqualTo(finding.verdict() == OK);
            });
        }
    }

    @Test
    void shouldWarnWhenTheShardsCoreIsNotAmongTheIsolatedOnes() throws IOException {
        HostFixture host = HostFixture.multiDie(root)
                .write("sys/devices/system/cpu/isolated", "2-3")
                .write("sys/devices/system/cpu/nohz_full", "2-3");
        assertThat(finding(host, "isolation").verdict()).isEqualTo(WARN);
        assertThat(finding(host, "isolation").remedy()).contains("shard-core=2");
        assertThat(finding(host, "nohz").verdict()).isEqualTo(WARN);
    }

    @Test
    void shouldBelieveTheKernelsPollingIdleLoop() throws IOException {
        HostFixture host = HostFixture.twoSocket(root).write("proc/cmdline", "root=/dev/sda1 idle=poll");
        assertThat(finding(host, "cstates").verdict()).isEqualTo(OK);
    }

    @Test
    void shouldWarnOfFlagsThatComeFromTheEnvironmentOrAreMissing() throws IOException {
        HostFixture host = HostFixture.multiDie(root)
                .write("needletail/jvm", "version=25\nflags=-XX:+UseSerialGC\nenvironment=JDK_JAVA_OPTIONS=-Xint");
        assertThat(finding(host, "jvm").verdict()).isEqualTo(WARN);
        assertThat(finding(host, "jvm").observed()).contains("-Xint");
        host.write("needletail/jvm", "version=25\nflags=-XX:+UseSerialGC\nenvironment=");
        assertThat(finding(host, "jvm").observed()).contains("without -XX:+AlwaysPreTouch");
    }

    @Test
    void shouldFailWithoutSharedMemory() throws IOException {
        HostFixture host = HostFixture.multiDie(root).write("proc/mounts", "proc /proc proc rw 0 0");
        assertThat(finding(host, "shm").verdict()).isEqualTo(FAIL);
    }

    @Test
    void shouldWarnOfAHypervisorsClock() throws IOException {
        HostFixture host = HostFixture.multiDie(root)
                .write("sys/devices/system/clocksource/clocksource0/current_clocksource", "kvm-clock");
        assertThat(finding(host, "clock").verdict()).isEqualTo(WARN);
    }

    @Test
    void shouldNotCallRightWhatItCannotSee() {
        assertThat(HostAudit.of(HostTree.under(root)))
                .hasSize(16)
                .filteredOn(finding -> finding.verdict() == OK)
                .extracting(Finding::name)
                .containsExactly("governor", "thp", "jvm"); // where nothing is visible, there is nothing
    }

    @Test
    void shouldReadAKernelThatSaysNull() throws IOException {
        HostFixture host = HostFixture.multiDie(root)
                .write("sys/devices/system/cpu/nohz_full", "(null)")
                .write("sys/devices/system/cpu/isolated", "(null)")
                .write("proc/meminfo", "MemTotal: much");
        assertThat(finding(host, "nohz").verdict()).isEqualTo(WARN);
        assertThat(finding(host, "isolation").remedy()).contains("shard-core=7");
    }

    @Test
    void shouldCountOnlyTheCoresThatThisProcessMayUse() throws IOException {
        HostFixture host = HostFixture.multiDie(root).write("proc/self/status", "Name: x\nCpus_allowed_list:\t4");
        assertThat(finding(host, "cores").verdict()).isEqualTo(FAIL);
        host.write("proc/self/status", "Cpus_allowed_list:\t4-6");
        assertThat(finding(host, "cores").observed()).startsWith("3 cores");
        host.write("proc/self/status", "Cpus_allowed_list:\t0-7").write("sys/fs/cgroup/cpu.max", "150000 100000");
        assertThat(finding(host, "cores").verdict()).isEqualTo(FAIL);
        assertThat(finding(host, "cores").observed()).contains("quota of 1.5");
    }

    @Test
    void shouldBelieveTheMountOfTheRegionAboutHugePagesAndNotTheKernelsDefault() throws IOException {
        HostFixture host = HostFixture.multiDie(root)
                .write("proc/mounts", "tmpfs /dev/shm tmpfs rw,size=64g 0 0")
                .write(
                        "sys/kernel/mm/transparent_hugepage/shmem_enabled",
                        "[always] within_size advise never deny force");
        assertThat(finding(host, "hugepages").verdict()).isEqualTo(WARN);
        assertThat(finding(host, "hugepages").remedy()).contains("remount,huge=within_size /dev/shm");
        host.write("sys/kernel/mm/transparent_hugepage/shmem_enabled", "always within_size advise never deny [force]");
        assertThat(finding(host, "hugepages").verdict()).isEqualTo(OK);
    }

    @Test
    void shouldReadCacheSizesOfTheHost() throws IOException {
        Caches caches = Caches.of(HostFixture.multiDie(root).tree());
        assertThat(caches.level1()).isEqualTo(48 << 10);
        assertThat(caches.level3()).isEqualTo(32 << 20);
    }

    @Test
    void shouldSayTheFactsOfThisVeryHost() {
        Map<String, Object> facts = HostFacts.machine(HostTree.ofThisHost());
        assertThat(facts.get("cores")).isEqualTo(CpuSet.allowed().size());
        assertThat(facts).containsKeys("cpu", "kernel", "commandLine", "isolated", "clockSource", "memory", "virtual");
    }
}
