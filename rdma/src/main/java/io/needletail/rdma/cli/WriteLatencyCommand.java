package io.needletail.rdma.cli;

import picocli.CommandLine.Command;

/** {@code fabric write-latency}. */
@Command(
        name = "write-latency",
        description =
                "Writes to the other side's memory and waits until it has written back: half of both is a time, as perftest's ib_write_lat"
                        + " counts. Both sides spin.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail fabric write-latency --provider shm",
            "  needletail fabric write-latency --provider 'tcp;ofi_rxm' --bytes 256 --iterations 1000",
        })
final class WriteLatencyCommand extends LatencyOptions {
    @Override
    Terms.Operation operation() {
        return Terms.Operation.WRITE_LATENCY;
    }

    @Override
    int ways() {
        return 2;
    }
}
