package io.needletail.bench.instructions;

import io.needletail.bench.process.RoleProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program that stops a thread behind each of its instructions. */
final class InstructionCounter {
    private static final long SECONDS = 300;
    private static final String ANSWER = "instructions ";
    private static final Path PROGRAM =
            Path.of(System.getProperty("needletail.home"), "target", "dist", "native", "count_instructions");

    private final Path listings;

    /** @param listings folder for a line an address, or null */
    InstructionCounter(Path listings) {
        this.listings = listings;
    }

    /** Whether it could be built here. */
    static boolean isPossible() {
        return Files.isExecutable(PROGRAM);
    }

    /**
     * Counts over so many increases of a word.
     *
     * @param word its address in hexadecimal
     */
    long count(String name, long thread, String word, int increases) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(PROGRAM.toString(), Long.toString(thread), word, Integer.toString(increases)));
        if (listings != null) {
            command.add(listings.resolve(name + ".listing").toString());
        }
        try (RoleProcess counter = RoleProcess.command("count_instructions", command)) {
            return Long.parseLong(counter.await(ANSWER, SECONDS).substring(ANSWER.length()));
        }
    }
}
