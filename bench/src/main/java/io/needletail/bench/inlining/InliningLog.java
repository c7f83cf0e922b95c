package io.needletail.bench.inlining;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the optimizing compiler decided about each call, from {@code -XX:+PrintCompilation -XX:+PrintInlining}: a line a
 * compiled method, below it a line a call. The compiler comes back when it knows more, so the last compilation in which a
 * method was called counts.
 */
public final class InliningLog {
    /** What makes a JVM write such a log: one compiler and one thread of it, so that lines belong together. */
    private static final String FLAGS = "-XX:-TieredCompilation -XX:CICompilerCount=1 -XX:+UnlockDiagnosticVMOptions"
            + " -XX:+PrintCompilation -XX:+PrintInlining -XX:-DisplayVMOutput -XX:+LogVMOutput -XX:LogFile=";

    private static final Pattern COMPILED =
            Pattern.compile("\\s*\\d+ +\\d+ .*?(\\S+::\\S+)(?: @ \\d+)? \\(\\d+ bytes\\)\\s*");
    private static final Pattern CALL = Pattern.compile("\\s*!?\\s*@ \\d+\\s+(\\S+::\\S+) \\(\\d+ bytes\\)\\s+(.*)");
    private static final String REFUSED = "failed to inline";
    /** The callee has machine code of its own already, which is called: a few nanoseconds, and no method the less compiled. */
    private static final String ALONE = "already compiled into";

    /** Of the last compilation that called the method: why it was refused there, empty when it was inlined everywhere. */
    private final Map<String, List<String>> refusals = new HashMap<>();

    private InliningLog() {}

    /** The environment of a process that is to write its log there. */
    public static Map<String, String> environment(Path log) {
        return Map.of("JAVA_TOOL_OPTIONS", FLAGS + log);
    }

    public static InliningLog read(Path file) throws IOException {
        return of(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    }

    static InliningLog of(List<String> lines) {
        InliningLog log = new InliningLog();
        Map<String, List<String>> compilation = new HashMap<>();
        for (String line : lines) {
            Matcher call = CALL.matcher(line);
            if (call.matches()) {
                List<String> reasons = compilation.computeIfAbsent(call.group(1), any -> new ArrayList<>());
                if (call.group(2).startsWith(REFUSED)) {
                    reasons.add(call.group(2).strip());
                }
            } else if (COMPILED.matcher(line).matches()) {
                log.refusals.putAll(compilation);
                compilation = new HashMap<>();
            }
        }
        log.refusals.putAll(compilation);
        return log;
    }

    /** What is wrong with an entry of the list, or nothing when the method was inlined wherever it was called. */
    public Optional<String> fault(String entry) {
        String method = HotMethods.method(entry);
        List<String> reasons = refusals.get(method);
        if (reasons == null) {
            return Optional.of(method + ": the compiler never saw a call of it; was it renamed?");
        }
        return reasons.stream()
                .filter(reason -> !HotMethods.mayBeAlone(entry) || !reason.contains(ALONE))
                .findFirst()
                .map(reason -> method + ": " + reason);
    }
}
