package io.needletail.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import net.openhft.affinity.Affinity;

/** Binds the calling thread to a core, and looks whether it took. */
public final class ThreadPinning {
    private static final String FIELD = "Cpus_allowed_list:";

    private ThreadPinning() {}

    public static void pin(int core) {
        Affinity.setAffinity(core);
        String allowed = allowed(Affinity.getThreadId());
        if (!allowed.equals(Integer.toString(core))) {
            throw new IllegalStateException("pinning to core=" + core + " did not take: allowed=" + allowed);
        }
    }

    /** Lets the calling thread, and those that it starts from now on, run on these cores and no others. */
    public static void keepTo(List<Integer> cores) {
        BitSet allowed = new BitSet();
        cores.forEach(allowed::set);
        Affinity.setAffinity(allowed);
    }

    private static String allowed(int threadId) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/task/" + threadId + "/status"))) {
                if (line.startsWith(FIELD)) {
                    return line.substring(FIELD.length()).strip();
                }
            }
            return "unknown";
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        }
    }
}
