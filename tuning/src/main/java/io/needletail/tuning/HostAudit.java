package io.needletail.tuning;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.check.CStates;
import io.needletail.tuning.check.ClockSource;
import io.needletail.tuning.check.CoresForSpinners;
import io.needletail.tuning.check.Governor;
import io.needletail.tuning.check.HugePages;
import io.needletail.tuning.check.IrqAffinity;
import io.needletail.tuning.check.Isolation;
import io.needletail.tuning.check.JvmFlags;
import io.needletail.tuning.check.MemoryLock;
import io.needletail.tuning.check.Nohz;
import io.needletail.tuning.check.Numa;
import io.needletail.tuning.check.SharedMemory;
import io.needletail.tuning.check.SmtSiblings;
import io.needletail.tuning.check.Swap;
import io.needletail.tuning.check.TransparentHugePages;
import io.needletail.tuning.check.Virtualisation;
import java.util.List;

/** Every check, in the order of the report. Reads files and nothing else; changes nothing. */
public final class HostAudit {
    private static final List<HostCheck> CHECKS = List.of(
            new CoresForSpinners(),
            new Isolation(),
            new Nohz(),
            new IrqAffinity(),
            new Governor(),
            new CStates(),
            new SmtSiblings(),
            new Numa(),
            new ClockSource(),
            new Virtualisation(),
            new SharedMemory(),
            new HugePages(),
            new TransparentHugePages(),
            new MemoryLock(),
            new Swap(),
            new JvmFlags());

    private HostAudit() {}

    public static List<Finding> of(HostTree host) {
        CpuTopology topology = CpuTopology.of(host);
        return CHECKS.stream().map(check -> check.examine(host, topology)).toList();
    }

    public static boolean hasFailed(List<Finding> findings) {
        return findings.stream().anyMatch(finding -> finding.verdict() == Verdict.FAIL);
    }

    public static long count(List<Finding> findings, Verdict verdict) {
        return findings.stream().filter(finding -> finding.verdict() == verdict).count();
    }
}
