package io.needletail.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The host's {@code /proc} and {@code /sys}, or a copy of them under another root. What cannot be read is not there. */
public final class HostTree {
    private final Path root;

    private HostTree(Path root) {
        this.root = root;
    }

    public static HostTree ofThisHost() {
        return new HostTree(Path.of("/"));
    }

    public static HostTree under(Path root) {
        return new HostTree(root);
    }

    /** Whether this is the running host and not a copy. */
    public boolean isThisHost() {
        return root.equals(Path.of("/"));
    }

    /** The file's text without the line end, when it is there and may be read. */
    public Optional<String> text(String path) {
        try {
            return Optional.of(Files.readString(at(path)).strip());
        } catch (IOException e) {
            return Optional.empty(); // kernels differ in what they show; the caller says that it is not known
        }
    }

    public List<String> lines(String path) {
        return text(path).map(text -> text.lines().toList()).orElse(List.of());
    }

    /**
     * A list of cores as the kernel writes it, {@code 0-3,8}; empty when the file is missing or holds something else, as {@code
     * (null)}.
     */
    public List<Integer> cpuList(String path) {
        return text(path).filter(CpuSet::isList).map(CpuSet::parse).orElse(List.of());
    }

    /** The number in a file, or -1. */
    public long number(String path) {
        return text(path)
                .filter(text -> text.matches("-?\\d{1,18}"))
                .map(Long::parseLong)
                .orElse(-1L);
    }

    /** Whether there is such a file or folder. */
    public boolean has(String path) {
        return Files.exists(at(path));
    }

    /** Names of a folder's entries, sorted; none when it is missing. */
    public List<String> names(String folder) {
        try (var entries = Files.list(at(folder))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            return List.of(); // see text
        }
    }

    /** The value behind {@code key:} in a file of such lines, as in /proc/meminfo. */
    public Optional<String> field(String path, String key) {
        return lines(path).stream()
                .filter(line ->
                        line.startsWith(key) && line.substring(key.length()).matches("\\s*:.*"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }

    /** The value of a kernel parameter, {@code name=value}, empty text for a bare {@code name}. */
    public Optional<String> kernelParameter(String name) {
        for (String parameter : text("proc/cmdline").orElse("").split("\\s+")) {
            if (parameter.equals(name)) {
                return Optional.of("");
            }
            if (parameter.startsWith(name + "=")) {
                return Optional.of(parameter.substring(name.length() + 1));
            }
        }
        return Optional.empty();
    }

    private Path at(String path) {
        return root.resolve(path);
    }
}
