package io.needletail.bench.cli;

import io.needletail.bench.mirror.MirrorPlan;
import io.needletail.bench.mirror.MirrorRun;
import io.needletail.bench.tiers.BenchPlan;
import io.needletail.rdma.LibFabric;
import io.needletail.rdma.ProviderChoice;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench mirror}. */
@Command(
        name = "mirror",
        description =
                "What another process's memory costs: an entry read there one-sided, sixteen together, a put until a mirror has it, a put"
                        + " while a mirror is fed. Beside each what the C shim takes for the bytes alone, by the same provider.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail bench mirror --quick",
            "  needletail bench mirror --provider 'tcp;ofi_rxm' --json mirror.json",
            "On a machine with a card: --provider 'verbs;ofi_rxm' or efa."
        })
final class MirrorCommand implements Callable<Integer> {
    @Mixin
    private MeasureOptions options;

    @Option(
            names = "--provider",
            paramLabel = "P",
            description = "libfabric's name (default: a card where there is one, else tcp;ofi_rxm).")
    private String provider;

    @Override
    public Integer call() throws Exception {
        options.checkOutput();
        if (!LibFabric.isAvailable()) {
            System.err.println("nothing is measured: " + LibFabric.reason());
            return BenchMain.FAILED;
        }
        ProviderChoice choice =
                provider == null ? ProviderChoice.of(LibFabric.providers()) : ProviderChoice.named(provider);
        return options.measure((plan, cores, folder, report, progress) ->
                new MirrorRun(plan(plan), choice.provider(), cores, folder, report, progress).run());
    }

    private MirrorPlan plan(BenchPlan plan) {
        return options.isSmoke() ? MirrorPlan.SMOKE : plan == BenchPlan.QUICK ? MirrorPlan.QUICK : MirrorPlan.FULL;
    }
}
