package io.needletail.rdma.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.needletail.rdma.FabricDescription;
import io.needletail.rdma.LibFabric;
import io.needletail.rdma.ProviderChoice;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code fabric info}. */
@Command(
        name = "info",
        description = "Providers of this machine, which one would be taken and why, and what it asks of registrations.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Examples:", "  needletail fabric info", "  needletail fabric info --provider shm --json"})
final class InfoCommand implements Callable<Integer> {
    @Option(names = "--provider", paramLabel = "P", description = "This one (default: the best there is).")
    private String provider;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        List<String> providers = LibFabric.providers();
        ProviderChoice choice = provider == null ? ProviderChoice.of(providers) : ProviderChoice.named(provider);
        try (LibFabric fabric = LibFabric.open(choice.provider(), "")) {
            if (json) {
                printJson(providers, choice, fabric.description());
            } else {
                print(providers, choice, fabric.description());
            }
        }
        return 0;
    }

    private static void print(List<String> providers, ProviderChoice choice, FabricDescription fabric) {
        line("provider", fabric.provider() + ", because: " + choice.reason());
        line("others", String.join(", ", providers));
        line("network", fabric.fabric() + ", device " + fabric.domain());
        line("library", fabric.library() + ", interface " + fabric.version());
        line("reads", "of up to " + fabric.mostParts() + " places by one operation");
        line("registration", fabric.registrationModes() + "; keys of " + fabric.keyLength() + " bytes");
        line(
                "lengths",
                "injected up to " + fabric.injectLength() + " bytes, one operation "
                        + (fabric.mostLength() == Long.MAX_VALUE ? "without limit" : "up to " + fabric.mostLength()));
        line(
                "progress",
                fabric.progressByTarget()
                        ? "by polling on both sides: the target's processor takes part"
                        : "by the device: the target's processor does nothing");
    }

    private static void line(String name, String value) {
        System.out.printf("%-14s %s%n", name, value);
    }

    private static void printJson(List<String> providers, ProviderChoice choice, FabricDescription fabric)
            throws IOException {
        try (JsonGenerator out = new JsonFactory().createGenerator(System.out)) {
            out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            out.useDefaultPrettyPrinter();
            out.writeStartObject();
            out.writeStringField("provider", fabric.provider());
            out.writeStringField("reason", choice.reason());
            out.writeArrayFieldStart("providers");
            for (String one : providers) {
                out.writeString(one);
            }
            out.writeEndArray();
            out.writeStringField("network", fabric.fabric());
            out.writeStringField("device", fabric.domain());
            out.writeStringField("library", fabric.library());
            out.writeStringField("version", fabric.version());
            out.writeStringField("registrationMode", fabric.registrationModes());
            out.writeNumberField("keyLength", fabric.keyLength());
            out.writeNumberField("mostParts", fabric.mostParts());
            out.writeNumberField("injectLength", fabric.injectLength());
            out.writeNumberField("mostLength", fabric.mostLength());
            out.writeBooleanField("progressByTarget", fabric.progressByTarget());
            out.writeEndObject();
        }
        System.out.println();
    }
}
