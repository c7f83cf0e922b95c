package io.needletail.server.cli;

import io.needletail.client.ShardedSession;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.Durations;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code needletail client}: one request from the shell. */
@Command(
        name = "client",
        description = "Asks a running appliance. KEY and VALUE are UTF-8, or hex after 0x.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "VERB",
        subcommands = {
            ClientVerbs.Get.class,
            ClientVerbs.Put.class,
            ClientVerbs.Insert.class,
            ClientVerbs.Delete.class,
            ClientVerbs.Add.class,
            ClientVerbs.Clear.class,
            ClientVerbs.Touch.class,
            GroupVerb.class,
            ClientVerbs.Resolve.class,
            ScanVerb.class,
            ChangesVerb.class,
            LoadVerb.class,
            InspectVerbs.Info.class,
            InspectVerbs.Stat.class,
            SessionVerb.class,
            StallsVerb.class,
            InspectVerbs.Ping.class
        },
        footer = {
            "",
            "Examples:",
            "  needletail client put AAPL:limit 1000000",
            "  needletail client get AAPL:limit",
            "  needletail client --json scan AAPL: --limit 10",
            "  needletail client put 0x00ff 0x0102030405060708",
            "  needletail client add position:AAPL -300",
            "  needletail client group 'add limit:AAPL -30' 'add position:AAPL 30'",
            "  needletail client changes",
            "Exit: 0 done, 1 not found, 2 wrong usage, 3 not reachable, 4 refused, 5 outcome unknown."
        })
final class ClientCommand {
    @Mixin
    private ApplianceOption appliance;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Whose shards to ask, where there are namespaces.",
            scope = ScopeType.INHERIT)
    private String namespace;

    @Option(names = "--json", description = "Prints JSON.", scope = ScopeType.INHERIT)
    private boolean json;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            defaultValue = "5s",
            description = "How long to wait, as 500ms or 5s (default: ${DEFAULT-VALUE}).",
            scope = ScopeType.INHERIT)
    private String timeout;

    ShardedSession connect() {
        long timeoutNs = Durations.parseNs(timeout);
        if (timeoutNs == 0) {
            throw new ConfigurationException("--timeout " + timeout + " leaves no time for an answer");
        }
        return ShardedSession.connect(appliance.dir(), namespace, timeoutNs);
    }

    ApplianceOption appliance() {
        return appliance;
    }

    boolean isJson() {
        return json;
    }
}
