package io.needletail.server.process;

import io.needletail.client.ColocatedReader;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;
import java.nio.file.Path;

/**
 * A reader process: reads hot entries as fast as it can and checks that each value's second word belongs to its first, and
 * that versions do not fall. Arguments: region, reads, handles. Prints one line: reads torn backwards retries.
 */
public final class TornReaderMain {
    /** What the writer makes the second word of the first. */
    static long partner(long word) {
        return (word ^ 0x5DEE_CE66_D15EL) * 0x9E37_79B9_7F4A_7C15L;
    }

    private TornReaderMain() {}

    public static void main(String[] arguments) throws Exception {
        long required = Long.parseLong(arguments[1]);
        long[] handles = new long[arguments.length - 2];
        for (int i = 0; i < handles.length; i++) {
            handles[i] = Long.parseLong(arguments[i + 2]);
        }
        try (ColocatedReader reader = ColocatedReader.open(Path.of(arguments[0]))) {
            System.out.println("reading");
            run(reader, handles, required);
        }
    }

    private static void run(ColocatedReader reader, long[] handles, long required) {
        Entry entry = new Entry(16);
        long[] versions = new long[handles.length];
        long torn = 0;
        long backwards = 0;
        for (long i = 0; i < required; i++) {
            int at = (int) (i % handles.length);
            int status = reader.get(handles[at], entry);
            boolean whole = status == Status.OK
                    && entry.value().length() == 16
                    && entry.value().getLong(8) == partner(entry.value().getLong(0));
            torn += whole ? 0 : 1;
            backwards += entry.version() < versions[at] ? 1 : 0;
            versions[at] = entry.version();
        }
        System.out.println(required + " " + torn + " " + backwards + " " + reader.retries());
    }
}
