package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;

/** Where the kernel takes the time from. */
public final class ClockSource extends HostCheck {
    private static final String FOLDER = "sys/devices/system/clocksource/clocksource0/";

    public ClockSource() {
        super("clock", "the shard reads the clock every cycle: 20 ns from the TSC, over 1,000 ns from a timer chip");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        String current = host.text(FOLDER + "current_clocksource").orElse("unknown");
        String available = host.text(FOLDER + "available_clocksource").orElse("unknown");
        String remedy = available.contains("tsc")
                ? "echo tsc > /" + FOLDER + "current_clocksource"
                : "kernel parameters: tsc=reliable clocksource=tsc; on a virtual machine ask for an invariant TSC";
        return switch (current) {
            case "tsc" -> ok("tsc");
            case "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter" ->
                current.equals("arch_sys_counter")
                        ? ok(current)
                        : warn(current + ": read through a page of the hypervisor, 20 to 50 ns", remedy);
            case "unknown" -> warn("not visible", remedy);
            default -> fail(current + ": every read leaves user mode", remedy);
        };
    }
}
