package io.needletail.server.cli;

import io.needletail.memory.CpuSet;
import io.needletail.server.ApplianceFolder;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.CoreMap;
import io.needletail.server.config.OptionTable;
import io.needletail.server.limits.LimitTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code needletail config}: what can be set, what is set, whether it holds together. */
@Command(
        name = "config",
        description = "Explains, validates and shows the configuration.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "VERB",
        subcommands = {
            ConfigCommand.Explain.class,
            ConfigCommand.Validate.class,
            ConfigCommand.Show.class,
            ConfigCommand.Limits.class
        },
        footer = {
            "",
            "Examples:",
            "  needletail config explain",
            "  needletail config explain --schema",
            "  needletail config validate --set keyed-slots=4000000 --profile latency",
            "  needletail config show --dir /srv/cache --json",
            "  needletail config limits --set session-limit=32",
            "Exit: 0 done, 2 it does not hold together."
        })
final class ConfigCommand {
    @Command(name = "explain", description = "Lists every option.", mixinStandardHelpOptions = true)
    static final class Explain implements Callable<Integer> {
        @Option(names = "--markdown", description = "As the table of the documentation.")
        private boolean markdown;

        @Option(names = "--schema", description = "As a JSON schema of a configuration.")
        private boolean schema;

        @Override
        public Integer call() {
            if (schema) {
                JsonOut.print(OptionTable::writeSchema);
            } else {
                System.out.print(markdown ? OptionTable.markdown() : OptionTable.text());
            }
            return ExitCode.DONE;
        }
    }

    /** What is set where: the folder's file, then the command line. */
    abstract static class OfAFolder {
        @Mixin
        private ApplianceOption appliance;

        @Option(names = "--profile", paramLabel = "P", description = "Another profile than the folder's.")
        private String profile;

        @Option(names = "--set", paramLabel = "option=value", description = "Another value than the folder's.")
        private List<String> settings = new ArrayList<>();

        Configuration configuration() throws IOException {
            Properties stored = ApplianceFolder.storedConfiguration(appliance.dir());
            return Configuration.of(stored, profile, settings);
        }
    }

    @Command(
            name = "validate",
            description =
                    "Says whether the folder's configuration, with what is set here, is in order and suits this machine's cores."
                            + " Room for the regions and a media driver are looked for by start.",
            mixinStandardHelpOptions = true)
    static final class Validate extends OfAFolder implements Callable<Integer> {
        @Override
        public Integer call() throws IOException {
            try {
                CoreMap.design(configuration(), CpuSet.allowed());
            } catch (ConfigurationException e) {
                System.err.println("error: " + e.getMessage());
                return ExitCode.USAGE;
            }
            System.out.println("valid");
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "limits",
            description =
                    "Lists everything that can run out, as the folder's configuration and what is set here have it.",
            mixinStandardHelpOptions = true)
    static final class Limits extends OfAFolder implements Callable<Integer> {
        @Option(names = "--markdown", description = "As the table of the documentation.")
        private boolean markdown;

        @Option(names = "--json", description = "Prints JSON.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            Configuration configuration = configuration();
            if (json) {
                JsonOut.print(out -> LimitTable.writeJson(out, configuration));
            } else {
                System.out.print(markdown ? LimitTable.markdown(configuration) : LimitTable.text(configuration));
            }
            return ExitCode.DONE;
        }
    }

    @Command(
            name = "show",
            description = "Prints the folder's configuration, with what is set here, as it would be in effect.",
            mixinStandardHelpOptions = true)
    static final class Show extends OfAFolder implements Callable<Integer> {
        @Option(names = "--json", description = "Prints JSON.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            Configuration configuration = configuration();
            if (!json) {
                System.out.print(configuration.explain());
                return ExitCode.DONE;
            }
            Map<String, String> sorted = new TreeMap<>();
            Properties properties = configuration.toProperties();
            properties.stringPropertyNames().forEach(name -> sorted.put(name, properties.getProperty(name)));
            JsonOut.print(out -> {
                out.writeStartObject();
                for (Map.Entry<String, String> setting : sorted.entrySet()) {
                    out.writeStringField(setting.getKey(), setting.getValue());
                }
                out.writeEndObject();
            });
            return ExitCode.DONE;
        }
    }
}
