package io.needletail.bench.html;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One self-contained page of what the verbs measured: it loads nothing, and every plot is in it. What was not measured is not
 * drawn, and the page says what that is.
 */
public final class HtmlReport {
    private final ReportInput input;
    /** Null when all of it was measured in this run. */
    private final String origin;

    /** @param drawnFrom the folder of an earlier run, or null for figures of this one */
    public HtmlReport(ReportInput input, String drawnFrom) {
        this.input = input;
        origin = drawnFrom;
    }

    public void write(Path file) throws IOException {
        Files.writeString(file, page());
    }

    private String page() throws IOException {
        JsonNode environment = input.environment()
                .orElseThrow(() -> new IOException("nothing to draw in " + input.folder()
                        + ": no peers.json, tiers.json, batch.json, scale.json or latency run"));
        return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                + "<title>Needletail: measured</title><style>" + style() + "</style></head><body>"
                + header(environment) + "<main>" + sections() + environment(environment) + "</main></body></html>\n";
    }

    private static String style() throws IOException {
        try (InputStream css = HtmlReport.class.getResourceAsStream("/io/needletail/bench/report.css")) {
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String header(JsonNode environment) throws IOException {
        String from = origin == null
                ? ""
                : "<p class=\"origin\">Drawn from " + Html.text(origin) + ", measured "
                        + Html.text(environment
                                .path("time")
                                .asText("at an unknown time")
                                .replaceAll("\\.\\d+", ""))
                        + "; nothing was measured now.</p>";
        Optional<JsonNode> figures = input.figures();
        return "<header><h1>Needletail, measured</h1><p>"
                + Html.text(environment.at("/machine/cpu").asText() + " · "
                        + environment.at("/machine/cores").asText() + " cores"
                        + (environment.at("/machine/virtual").asBoolean() ? " of a virtual machine" : "") + " · "
                        + environment.at("/machine/jvm").asText() + " · commit "
                        + environment.path("commit").asText() + " · "
                        + environment
                                .path("time")
                                .asText()
                                .replaceAll("\\..*", "")
                                .replace('T', ' '))
                + "</p>" + from + smoke()
                + figures.map(report -> new FigureSections(report).tiles()).orElse("") + "</header>";
    }

    /** Figures of a smoke run mean nothing, and the page says so. */
    private String smoke() throws IOException {
        boolean isSmoke = false;
        for (String name : List.of("peers.json", "tiers.json", "batch.json", "sharing.json", "scale.json")) {
            Optional<JsonNode> report = input.json(name);
            isSmoke |= report.isPresent()
                    && report.get().at("/parameters/plan").asText().equals("smoke");
        }
        return isSmoke
                ? "<p class=\"origin\">SMOKE: this shows that everything works; the figures mean nothing.</p>"
                : "";
    }

    private String sections() throws IOException {
        StringBuilder sections = new StringBuilder();
        List<String> missing = new ArrayList<>();
        Optional<JsonNode> figures = input.figures();
        if (input.reports().isEmpty()) {
            missing.add("targets");
        } else {
            sections.append(Html.section("targets", "Targets", FigureSections.targets(input.reports())));
        }
        if (figures.isPresent()) {
            sections.append(
                    Html.section("peers", "Beside floors and peers", new FigureSections(figures.get()).peers()));
        } else {
            missing.add("peers");
        }
        LatencySections latency = new LatencySections(input);
        if (latency.isEmpty()) {
            missing.add("latency");
        } else {
            sections.append(Html.section("percentiles", "Latency by percentile", latency.percentiles()));
            sections.append(Html.section("timeline", "Latency over time", latency.timeline()));
            sections.append(Html.section("causes", "Why the tail is", latency.causes()));
        }
        addCurves(sections, missing);
        figures.ifPresent(report -> {
            FigureSections section = new FigureSections(report);
            sections.append(
                    Html.section("ratios", "All ratios", section.ratios() + section.memory() + section.notes()));
        });
        Optional<JsonNode> sharing = input.json("sharing.json");
        if (sharing.isPresent()) {
            sections.append(
                    Html.section("sharing", "Read while it is written", new FigureSections(sharing.get()).results()));
        } else {
            missing.add("reading while it is written");
        }
        return (missing.isEmpty() ? "" : Html.note("Not measured, so not drawn: " + String.join(", ", missing) + "."))
                + sections;
    }

    private void addCurves(StringBuilder sections, List<String> missing) throws IOException {
        Optional<JsonNode> batch = input.json("batch.json");
        if (batch.isPresent()) {
            sections.append(Html.section(
                    "batches",
                    "Batches and working sets",
                    CurveSections.batches(batch.get()) + CurveSections.workingSets(batch.get())));
        } else {
            missing.add("batches and working sets");
        }
        Optional<JsonNode> scale = input.json("scale.json");
        if (scale.isPresent()) {
            sections.append(Html.section("scaling", "Shards and cores", CurveSections.scaling(scale.get())));
        } else {
            missing.add("scaling");
        }
    }

    private static String environment(JsonNode environment) {
        List<List<String>> facts = new ArrayList<>();
        environment
                .get("machine")
                .propertyStream()
                .forEach(
                        fact -> facts.add(List.of(fact.getKey(), fact.getValue().asText())));
        List<List<String>> audit = new ArrayList<>();
        environment
                .get("audit")
                .forEach(finding -> audit.add(List.of(
                        finding.get("name").asText(),
                        Html.marked(
                                finding.get("verdict").asText().equals("OK") ? "good" : "bad",
                                finding.get("verdict").asText()),
                        finding.get("observed").asText())));
        return Html.section(
                "environment",
                "Machine and host audit",
                Html.table(List.of("machine", ""), facts) + Html.table(List.of("audit", "verdict", "observed"), audit));
    }
}
