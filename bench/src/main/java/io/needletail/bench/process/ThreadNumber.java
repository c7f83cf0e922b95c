package io.needletail.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The number by which the kernel knows a thread. */
public final class ThreadNumber {
    private ThreadNumber() {}

    public static long ofThisThread() throws IOException {
        return Long.parseLong(Files.readSymbolicLink(Path.of("/proc/thread-self"))
                .getFileName()
                .toString());
    }
}
