package io.needletail.bench.inlining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file that lists the hot methods: sections {@code [subject]}, a method {@code package.Class::name} a line, {@code or
 * alone} behind one that the compiler may call where it has compiled it already, {@code #} comments.
 */
public final class HotMethods {
    private static final String OR_ALONE = " or alone";

    private HotMethods() {}

    /** The list of this source tree. */
    public static Path file() {
        return Path.of(System.getProperty("needletail.home"), "bench", "hot-methods.txt");
    }

    static String method(String entry) {
        return mayBeAlone(entry) ? entry.substring(0, entry.length() - OR_ALONE.length()) : entry;
    }

    static boolean mayBeAlone(String entry) {
        return entry.endsWith(OR_ALONE);
    }

    /** Methods by subject, in the order of the file. */
    public static Map<String, List<String>> read(Path file) throws IOException {
        Map<String, List<String>> subjects = new LinkedHashMap<>();
        List<String> section = null;
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            String text = line.strip();
            if (text.startsWith("[") && text.endsWith("]")) {
                section = subjects.computeIfAbsent(text.substring(1, text.length() - 1), any -> new ArrayList<>());
            } else if (!text.isEmpty() && !text.startsWith("#")) {
                if (section == null || !text.matches("[\\w.$]+::\\w+( or alone)?")) {
                    throw new IOException(
                            file + ":" + number + ": neither [subject] nor package.Class::method: " + text);
                }
                section.add(text);
            }
        }
        return subjects;
    }
}
