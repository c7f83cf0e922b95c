package io.needletail.rdma.cli;

import picocli.CommandLine.Command;

/** {@code fabric read-latency}. */
@Command(
        name = "read-latency",
        description =
                "Reads the other side's memory; a time is from asking to having the bytes. The other side polls: software providers need"
                        + " it, cards do not.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail fabric read-latency --provider shm --bytes 32",
            "  needletail fabric read-latency --provider 'tcp;ofi_rxm' --iterations 1000 --json",
        })
final class ReadLatencyCommand extends LatencyOptions {
    @Override
    Terms.Operation operation() {
        return Terms.Operation.READ_LATENCY;
    }

    @Override
    int ways() {
        return 1;
    }
}
