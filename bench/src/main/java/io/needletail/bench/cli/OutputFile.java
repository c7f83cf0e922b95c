package io.needletail.bench.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** A file that will be written after minutes of measuring: found out before whether it can be. */
final class OutputFile {
    private OutputFile() {}

    /** Throws what is wrong with the target; null is none. */
    static void check(String option, Path target) {
        if (target == null) {
            return;
        }
        Path folder = target.toAbsolutePath().getParent();
        boolean writable = Files.exists(target)
                ? Files.isRegularFile(target) && Files.isWritable(target)
                : folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
        if (!writable) {
            throw new IllegalArgumentException(option + ": cannot write " + target);
        }
    }
}
