package io.needletail.bench.inlining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The file that lists the hot methods: sections {@code [subject]}, a method {@code package.Class::name} a line, {@code or ::other}
 * behind one in whose place a machine with other vectors calls another of its class, {@code or alone} behind one that the compiler
 * may call where it has compiled it already, {@code #} comments.
 */
public final class HotMethods {
    private static final String OR_ALONE = " or alone";
    private static final String OR_OTHER = " or ::";

    private HotMethods() {}

    /** The list of this source tree. */
    public static Path file() {
        return Path.of(System.getProperty("needletail.home"), "bench", "hot-methods.txt");
    }

    /** The method of an entry, and the one that another machine calls in its place. */
    static List<String> methods(String entry) {
        String text = mayBeAlone(entry) ? entry.substring(0, entry.length() - OR_ALONE.length()) : entry;
        String[] names = text.split(OR_OTHER);
        return names.length == 1
                ? List.of(text)
                : List.of(names[0], names[0].substring(0, names[0].indexOf("::") + 2) + names[1]);
    }

    /** What no compiler sees on this machine is looked for in the class itself. */
    static boolean isThere(String method) {
        String[] parts = method.split("::");
        try {
            return Arrays.stream(Class.forName(parts[0], false, HotMethods.class.getClassLoader())
                            .getDeclaredMethods())
                    .anyMatch(declared -> declared.getName().equals(parts[1]));
        } catch (ClassNotFoundException e) {
            return false;
        }
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
                if (section == null || !text.matches("[\\w.$]+::\\w+( or ::\\w+)?( or alone)?")) {
                    throw new IOException(
                            file + ":" + number + ": neither [subject] nor package.Class::method: " + text);
                }
                if (methods(text).size() > 1 && !methods(text).stream().allMatch(HotMethods::isThere)) {
                    throw new IOException(file + ":" + number + ": no such methods; were they renamed? " + text);
                }
                section.add(text);
            }
        }
        return subjects;
    }
}
