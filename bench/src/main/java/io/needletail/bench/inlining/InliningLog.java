package io.needletail.bench.inlining;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the optimizing compiler decided about each call, from {@code -XX:+PrintCompilation -XX:+PrintInlining}: a line a
 * compiled method, below it a line a call. The compiler comes back when it knows more, so of each compiled method the last
 * compilation counts, unless a later one took that method in whole. A refusal at a call that the compiler takes for a seldom one
 * is none where it was inlined at another. The log has no signatures: overloads are one method here, and what is refused of one is
 * refused of all.
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

    /** Why a call that is seldom made, as the compiler knows, is left a call; of one that is often made it says something else. */
    private static final Pattern SELDOM = Pattern.compile("failed to inline: (too big|low call site frequency"
            + "|too cold|call site not reached|never executed|executed < .*)");

    /** Inlined at one call at least that counts. */
    private final Set<String> inlined = new HashSet<>();

    /** Of every compiled method that counts: why a call of the method was refused there, empty when it was inlined everywhere. */
    private final Map<String, List<String>> refusals = new HashMap<>();

    /** By the method that was compiled, what became of the calls in it; the one compiled last stands last. */
    private final Map<String, Map<String, List<String>>> compilations = new LinkedHashMap<>();

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
        Map<String, List<String>> calls = new HashMap<>();
        for (String line : lines) {
            Matcher call = CALL.matcher(line);
            Matcher compiled = COMPILED.matcher(line);
            if (call.matches()) {
                List<String> reasons = calls.computeIfAbsent(call.group(1), any -> new ArrayList<>());
                if (call.group(2).startsWith(REFUSED)) {
                    reasons.add(call.group(2).strip());
                }
            } else if (compiled.matches()) {
                calls = log.compiled(compiled.group(1));
            }
        }
        log.takeWhatCounts();
        return log;
    }

    /** Where the calls of a method that is compiled now are to be noted. */
    private Map<String, List<String>> compiled(String method) {
        Map<String, List<String>> calls = new HashMap<>();
        compilations.remove(method);
        compilations.put(method, calls);
        return calls;
    }

    private void takeWhatCounts() {
        Set<String> takenIn = new HashSet<>();
        for (Map.Entry<String, Map<String, List<String>>> compilation :
                List.copyOf(compilations.entrySet()).reversed()) {
            if (!takenIn.contains(compilation.getKey())) {
                compilation.getValue().forEach(this::take);
            }
            compilation.getValue().forEach((method, reasons) -> {
                if (reasons.isEmpty()) {
                    takenIn.add(method);
                }
            });
        }
    }

    private void take(String method, List<String> reasons) {
        refusals.computeIfAbsent(method, any -> new ArrayList<>()).addAll(reasons);
        if (reasons.isEmpty()) {
            inlined.add(method);
        }
    }

    /** What is wrong with an entry of the list, or nothing when the method was inlined wherever it was called. */
    public Optional<String> fault(String entry) {
        List<String> seen =
                HotMethods.methods(entry).stream().filter(refusals::containsKey).toList();
        if (seen.isEmpty()) {
            boolean isThere = HotMethods.methods(entry).stream().allMatch(HotMethods::isThere);
            return Optional.of(entry
                    + (isThere
                            ? ": the compiler never saw a call of it; is it still called here, or was the host too busy to compile?"
                            : ": there is no such method; was it renamed?"));
        }
        return seen.stream()
                .flatMap(method -> fault(method, HotMethods.mayBeAlone(entry)).stream())
                .findFirst();
    }

    private Optional<String> fault(String method, boolean mayBeAlone) {
        return refusals.get(method).stream()
                .filter(reason -> !mayBeAlone || !reason.contains(ALONE))
                .filter(reason ->
                        !inlined.contains(method) || !SELDOM.matcher(reason).matches())
                .findFirst()
                .map(reason -> method + ": " + reason);
    }
}
