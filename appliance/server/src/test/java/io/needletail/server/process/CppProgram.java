package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A C++ program of the tests: built with every warning as an error, asked a line and answering a line. */
final class CppProgram implements AutoCloseable {
    static final String[] SANITIZERS = {"-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"};

    private static final Path SOURCES = ApplianceProcess.HOME.resolve("appliance/server/src/test/cpp");
    private static final Path HEADERS = ApplianceProcess.HOME.resolve("appliance/client/src/main/cpp");

    private final Process process;
    private final BufferedReader output;
    private final PrintWriter input;

    private CppProgram(Process process) {
        this.process = process;
        output = process.inputReader(StandardCharsets.UTF_8);
        input = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    static boolean hasCompiler() throws InterruptedException {
        try {
            return new ProcessBuilder("g++", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false; // not installed
        }
    }

    /** Builds a program once for each set of flags. */
    static Path build(Path folder, String name, String... flags) throws IOException, InterruptedException {
        Path program = folder.resolve(name + (flags.length > 1 ? "-sanitized" : ""));
        if (Files.exists(program)) {
            return program;
        }
        List<String> command = new ArrayList<>(
                List.of("g++", "-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-I"));
        command.add(HEADERS.toString());
        command.addAll(List.of(flags));
        command.addAll(
                List.of("-o", program.toString(), SOURCES.resolve(name + ".cpp").toString()));
        Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(compiler.waitFor()).as(said).isZero();
        return program;
    }

    static CppProgram start(Path program, String argument) throws IOException {
        return new CppProgram(new ProcessBuilder(program.toString(), argument)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    String ask(String question) throws IOException {
        input.println(question);
        return shortened(output.readLine());
    }

    /** A handle that is not alive has no version to compare. */
    private static String shortened(String line) {
        return line != null && line.startsWith("3 ") ? "3" : line;
    }

    String readLine() throws IOException {
        return output.readLine();
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        input.close();
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
