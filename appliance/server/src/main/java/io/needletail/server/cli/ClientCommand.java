package io.needletail.server.cli;

import io.needletail.client.SessionAddress;
import io.needletail.client.ShardedSession;
import io.needletail.client.UdpEndpoint;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.Durations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
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
        footer = {
            "",
            "Examples:",
            "  needletail client put AAPL:limit 1000000",
            "  needletail client get AAPL:limit",
            "  needletail client --json scan AAPL: --limit 10",
            "  needletail client put 0x00ff 0x0102030405060708",
            "  needletail client put AAPL:limit 1000000 --level synced",
            "  needletail client add position:AAPL -300",
            "  needletail client group 'add limit:AAPL -30' 'add position:AAPL 30'",
            "  needletail client changes",
            "  needletail client --udp 127.0.0.1:40123 get AAPL:limit",
            "  needletail client --membership /srv/members get AAPL:limit",
            "Exit: 0 done, 1 not found, 2 wrong usage, 3 not reachable, 4 refused, 5 outcome unknown."
        })
final class ClientCommand {
    private static final List<Class<?>> VERBS = List.of(
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
            InspectVerbs.Ping.class);

    /** Those that the arguments may name. */
    static void addVerbs(CommandLine client, String... arguments) {
        Subcommands.add(client, VERBS, arguments);
        CommandLine add = client.getSubcommands().get("add");
        if (add != null) {
            add.setUnmatchedOptionsArePositionalParams(true); // -300 is a number, not an option
        }
    }

    @Mixin
    private ApplianceOption appliance;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Whose shards to ask, where there are namespaces.",
            scope = ScopeType.INHERIT)
    private String namespace;

    @Option(
            names = "--membership",
            paramLabel = "DIR",
            description =
                    "Asks whichever of appliances that mirror each other is the primary; their membership's folder.",
            scope = ScopeType.INHERIT)
    private Path membership;

    @Option(
            names = "--udp",
            paramLabel = "ADDRESS:PORT",
            description = "Asks by UDP, where the appliance was started with --set udp=ADDRESS:PORT.",
            scope = ScopeType.INHERIT)
    private String udp;

    @Option(
            names = "--media-driver",
            paramLabel = "DIR",
            description = "Folder of a running media driver for --udp (default: one is started for this command).",
            scope = ScopeType.INHERIT)
    private Path mediaDriver;

    @Option(names = "--json", description = "Prints JSON.", scope = ScopeType.INHERIT)
    private boolean json;

    @Option(
            names = "--timeout",
            paramLabel = "D",
            defaultValue = "5s",
            description = "How long to wait, as 500ms or 5s (default: ${DEFAULT-VALUE}).",
            scope = ScopeType.INHERIT)
    private String timeout;

    ShardedSession connect() throws IOException {
        return ShardedSession.connect(address(), namespace, timeoutNs());
    }

    /** How long to wait for an answer. */
    long timeoutNs() {
        long timeoutNs = Durations.parseNs(timeout);
        if (timeoutNs == 0) {
            throw new ConfigurationException("--timeout " + timeout + " leaves no time for an answer");
        }
        return timeoutNs;
    }

    private SessionAddress address() throws IOException {
        if (membership != null && (udp != null || appliance.isNamed())) {
            throw new ConfigurationException("--membership and " + (udp != null ? "--udp" : "--dir")
                    + ": the one says where to ask, and so does the other; leave one out");
        }
        if (membership != null) {
            return SessionAddress.ofPrimary(membership);
        }
        if (udp == null) {
            return SessionAddress.of(appliance.dir());
        }
        UdpEndpoint endpoint = UdpEndpoint.parse(udp);
        SessionAddress.udp(Path.of(""), endpoint); // refused before a driver is started
        return SessionAddress.udp(mediaDriver != null ? mediaDriver : ClientDriver.start(), endpoint);
    }

    ApplianceOption appliance() {
        return appliance;
    }

    boolean isJson() {
        return json;
    }
}
