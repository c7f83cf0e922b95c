package io.needletail.bench.cli;

import io.needletail.bench.process.LauncherRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The lines of a document's shell blocks, and their smoke run. */
final class DocumentedCommands {
    private DocumentedCommands() {}

    static List<String> of(String document) throws IOException {
        List<String> commands = new ArrayList<>();
        boolean inBlock = false;
        for (String line : Files.readAllLines(LauncherRun.HOME.resolve(document))) {
            if (line.startsWith("```")) {
                inBlock = !inBlock;
            } else if (inBlock) {
                commands.add(line);
            }
        }
        return commands;
    }

    static LauncherRun run(Path folder, String command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", command)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("NEEDLETAIL_NO_BUILD", "1");
        builder.environment().put("NEEDLETAIL_SMOKE", "true");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new LauncherRun(process.waitFor(), output);
    }
}
