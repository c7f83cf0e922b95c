package io.needletail.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The cores this process may run on, as the kernel says it in {@code /proc/self/status}. */
public final class CpuSet {
    private static final Pattern LIST = Pattern.compile("\\d{1,4}(-\\d{1,4})?(,\\d{1,4}(-\\d{1,4})?)*");
    private static final String FIELD = "Cpus_allowed_list:";

    private CpuSet() {}

    /** Core numbers, ascending; cores 0 to n-1 where there is no proc file system. */
    public static List<Integer> allowed() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(FIELD)) {
                    return parse(line.substring(FIELD.length()).strip());
                }
            }
        } catch (IOException e) {
            return parse("0-" + (Runtime.getRuntime().availableProcessors() - 1)); // not Linux: no list to read
        }
        return parse("0-" + (Runtime.getRuntime().availableProcessors() - 1));
    }

    /** Whether the text is a list in the kernel's format, of cores there can be, each range upwards. */
    public static boolean isList(String text) {
        if (!LIST.matcher(text).matches()) {
            return false;
        }
        for (String range : text.split(",")) {
            String[] ends = range.split("-");
            if (Integer.parseInt(ends[0]) > Integer.parseInt(ends[ends.length - 1])) {
                return false;
            }
        }
        return true;
    }

    /** Parses the kernel's list format, {@code 0-3,8,10-11}. */
    public static List<Integer> parse(String list) {
        List<Integer> cpus = new ArrayList<>();
        for (String range : list.split(",")) {
            String[] ends = range.split("-");
            int first = Integer.parseInt(ends[0]);
            int last = Integer.parseInt(ends[ends.length - 1]);
            for (int cpu = first; cpu <= last; cpu++) {
                cpus.add(cpu);
            }
        }
        return List.copyOf(cpus);
    }
}
