package io.needletail.audit;

import io.needletail.server.cli.FaultPrinter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code needletail audit}: the trail of everything that changed, in Chronicle Queue's format. */
@Command(
        name = "needletail audit",
        description = {
            "The audit trail: every change, in Chronicle Queue's format, under DIR/audit. An appliance that is started with",
            "--set audit=lossy or --set audit=gating has it written by a process of its own. Nothing is ever recovered from it."
        },
        subcommands = {TailCommand.class, DumpCommand.class, HistoryCommand.class, RecordCommand.class},
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  needletail audit tail --dir /srv/cache --follow",
            "  needletail audit history --dir /srv/cache AAPL:limit",
            "  needletail audit dump --dir /srv/cache --since 2026-11-29T14:30:00Z --json"
        })
public final class AuditMain {
    private AuditMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new AuditMain())
                .setExecutionExceptionHandler(new FaultPrinter())
                .execute(arguments));
    }
}
