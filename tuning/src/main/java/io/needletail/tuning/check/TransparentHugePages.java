package io.needletail.tuning.check;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostCheck;
import java.util.Optional;

/** Transparent huge pages. */
public final class TransparentHugePages extends HostCheck {
    private static final String FOLDER = "sys/kernel/mm/transparent_hugepage/";

    public TransparentHugePages() {
        super(
                "thp",
                "set to 'always', the kernel compacts memory behind a running thread and stalls it for milliseconds");
    }

    @Override
    public Finding examine(HostTree host, CpuTopology topology) {
        Optional<String> enabled = host.text(FOLDER + "enabled").map(TransparentHugePages::chosen);
        if (enabled.isEmpty()) {
            return ok("this kernel has none");
        }
        String defrag =
                host.text(FOLDER + "defrag").map(TransparentHugePages::chosen).orElse("unknown");
        String observed = "enabled=" + enabled.get() + " defrag=" + defrag;
        return enabled.get().equals("always") ? warn(observed, "echo madvise > /" + FOLDER + "enabled") : ok(observed);
    }

    /** The word in brackets of {@code always [madvise] never}. */
    static String chosen(String choices) {
        int open = choices.indexOf('[');
        int close = choices.indexOf(']');
        return open >= 0 && close > open ? choices.substring(open + 1, close) : choices;
    }
}
