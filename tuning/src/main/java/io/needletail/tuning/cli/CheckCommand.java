package io.needletail.tuning.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.needletail.memory.HostTree;
import io.needletail.tuning.Finding;
import io.needletail.tuning.HostAudit;
import io.needletail.tuning.HostFacts;
import io.needletail.tuning.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code needletail check}: the host audit. */
@Command(
        name = "check",
        description =
                "Looks at the host as a low-latency appliance sees it: what is right, what costs tail latency, what to do."
                        + " Changes nothing and needs no root.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail check",
            "  needletail check --json > host.json",
            "  needletail check --root /tmp/copy-of-another-host",
            "Exit: 0 nothing FAILs, 1 something does, 2 wrong usage."
        })
final class CheckCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = "/",
            description = "Reads DIR/proc and DIR/sys, a copy of a host's, instead of this host's.")
    private Path root;

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(root.resolve("proc")) || !Files.isDirectory(root.resolve("sys"))) {
            System.err.println("error: --root " + root + ": there is no proc and no sys in it");
            return TuningMain.USAGE;
        }
        HostTree host = root.equals(Path.of("/")) ? HostTree.ofThisHost() : HostTree.under(root);
        List<Finding> findings = HostAudit.of(host);
        if (json) {
            writeJson(host, findings);
        } else {
            print(host, findings);
        }
        return HostAudit.hasFailed(findings) ? TuningMain.FAILED : 0;
    }

    private static void print(HostTree host, List<Finding> findings) {
        Map<String, Object> facts = HostFacts.machine(host);
        System.out.printf("%s, %s cores, kernel %s%n", facts.get("cpu"), facts.get("cores"), facts.get("kernel"));
        for (Finding finding : findings) {
            System.out.printf("%-4s  %-14s  %s%n", finding.verdict(), finding.name(), finding.observed());
            if (finding.verdict() != Verdict.OK) {
                System.out.printf("      why: %s%n      do:  %s%n", finding.why(), finding.remedy());
            }
        }
        System.out.printf(
                "%d ok, %d warn, %d fail%n",
                HostAudit.count(findings, Verdict.OK),
                HostAudit.count(findings, Verdict.WARN),
                HostAudit.count(findings, Verdict.FAIL));
    }

    private static void writeJson(HostTree host, List<Finding> findings) throws IOException {
        try (JsonGenerator out = new JsonFactory().createGenerator(System.out)) {
            out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            out.writeStartObject();
            out.writeObjectFieldStart("host");
            for (Map.Entry<String, Object> fact : HostFacts.machine(host).entrySet()) {
                out.writeObjectField(fact.getKey(), fact.getValue());
            }
            out.writeEndObject();
            out.writeArrayFieldStart("findings");
            for (Finding finding : findings) {
                write(out, finding);
            }
            out.writeEndArray();
            for (Verdict verdict : Verdict.values()) {
                out.writeNumberField(
                        verdict.name().toLowerCase(java.util.Locale.ROOT), HostAudit.count(findings, verdict));
            }
            out.writeEndObject();
            out.writeRaw('\n');
        }
    }

    private static void write(JsonGenerator out, Finding finding) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", finding.name());
        out.writeStringField("verdict", finding.verdict().name());
        out.writeStringField("observed", finding.observed());
        out.writeStringField("why", finding.why());
        out.writeStringField("remedy", finding.remedy());
        out.writeEndObject();
    }
}
