package io.needletail.bench.process;

import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Folders in shared memory that carry the number of the process that made them, so that a later run can clear up after it. */
public final class SharedFolders {
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "needletail-run-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "[a-z]+-(\\d{1,10})-.*");

    private SharedFolders() {}

    /** @param purpose lower-case letters */
    public static Path create(String purpose) throws IOException {
        return Files.createTempDirectory(
                SHARED_MEMORY, PREFIX + purpose + "-" + ProcessHandle.current().pid() + "-");
    }

    /** Removes what processes left that are no more. */
    static void removeOrphans() throws IOException {
        List<Path> folders;
        try (var children = Files.list(SHARED_MEMORY)) {
            folders = children.toList();
        }
        for (Path folder : folders) {
            Matcher matcher = NAME.matcher(folder.getFileName().toString());
            if (matcher.matches()
                    && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                PrivateFiles.deleteTree(folder);
            }
        }
    }
}
