package io.needletail.bench.instructions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The thread of a JVM that spins: of those that are not the JVM's own the one that takes the most processor time. */
final class BusiestThread {
    private static final long LOOK_MS = 300;
    /** In {@code /proc/PID/task/TID/stat}, counted behind the name in brackets: time in user mode, in the clock's ticks. */
    private static final int USER_TIME = 11;

    /** The JVM's compilers and collectors, which for a moment may be busier, by how their names begin. */
    private static final Pattern OF_THE_JVM = Pattern.compile("(C1|C2|G1|GC|VM) .*");

    private BusiestThread() {}

    static long of(long process) throws IOException, InterruptedException {
        Map<Long, Long> before = ticks(process);
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        Map<Long, Long> after = ticks(process);
        return busiest(before, after);
    }

    private static long busiest(Map<Long, Long> before, Map<Long, Long> after) {
        long busiest = 0;
        long most = -1;
        for (Map.Entry<Long, Long> thread : after.entrySet()) {
            long spent = thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
            if (spent > most) {
                most = spent;
                busiest = thread.getKey();
            }
        }
        return busiest;
    }

    private static Map<Long, Long> ticks(long process) throws IOException {
        Map<Long, Long> ticks = new HashMap<>();
        List<Path> threads;
        try (var tasks = Files.list(Path.of("/proc", Long.toString(process), "task"))) {
            threads = tasks.toList();
        }
        for (Path thread : threads) {
            String stat = Files.readString(thread.resolve("stat"));
            if (OF_THE_JVM
                    .matcher(stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')')))
                    .matches()) {
                continue;
            }
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            ticks.put(Long.parseLong(thread.getFileName().toString()), Long.parseLong(fields[USER_TIME]));
        }
        return ticks;
    }
}
