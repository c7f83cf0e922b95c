package io.needletail.server.cli;

import io.needletail.server.inspect.Facts;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code needletail inspect}: what stands in an appliance's files. */
@Command(
        name = "inspect",
        description =
                "Shows what stands in an appliance's files and checks it, whether the appliance runs or not. Changes nothing.",
        subcommands = {InspectRegion.class, InspectJournal.class, InspectSnapshot.class, InspectKey.class},
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail inspect region --dir /srv/cache",
            "  needletail inspect journal --dir /srv/cache --records --limit 20",
            "  needletail inspect snapshot --dir /srv/cache --json",
            "  needletail inspect key --dir /srv/cache AAPL:limit",
            "Exit: 0 all whole, 1 something is damaged or not found, 2 wrong usage, 3 there is nothing to look at."
        })
final class InspectCommand {
    @Mixin
    private ApplianceOption appliance;

    @Option(
            names = "--shard",
            paramLabel = "N",
            scope = ScopeType.INHERIT,
            description = "Of one shard (default: of all).")
    private Integer shard;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Prints JSON.")
    private boolean json;

    ApplianceOption appliance() {
        return appliance;
    }

    boolean takes(int one) {
        return shard == null || shard == one;
    }

    /** For messages: of which, when it was said. */
    String ofShard() {
        return shard == null ? "" : " of shard " + shard;
    }

    boolean isJson() {
        return json;
    }

    /** One after another for people, one array as JSON. */
    void print(List<Facts> all) {
        if (json) {
            JsonOut.print(out -> {
                out.writeStartArray();
                for (Facts facts : all) {
                    facts.write(out);
                }
                out.writeEndArray();
            });
        } else {
            all.forEach(facts -> facts.print(System.out));
        }
    }
}
