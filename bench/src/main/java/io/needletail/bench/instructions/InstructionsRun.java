package io.needletail.bench.instructions;

import io.needletail.bench.micro.SubjectLoop;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Result;
import io.needletail.bench.tiers.WorkingSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * {@code bench instructions}: how many instructions an operation executes, counted one by one over a walk along the entries, so
 * that every branch is counted as often as it is taken. For machines that hide the processor's counters, and exact where they are not.
 */
public final class InstructionsRun {
    private static final long SECONDS = 300;
    /** Operations at most: each instruction takes some microseconds. */
    private static final int LONGEST_WALK = 1024;

    private static final Path COUNTER =
            Path.of(System.getProperty("needletail.home"), "target", "dist", "native", "count_instructions");

    private final BenchCores cores;
    private final BenchReport report;
    private final Progress progress;
    private final Path listings;

    /** @param listings folder for a line an address, or null */
    public InstructionsRun(BenchCores cores, BenchReport report, Progress progress, Path listings) {
        this.cores = cores;
        this.report = report;
        this.progress = progress;
        this.listings = listings;
    }

    /** Whether the program that counts could be built here. */
    public static boolean isPossible() {
        return Files.isExecutable(COUNTER);
    }

    public void run(List<WorkingSet> sets, Collection<String> subjects) throws IOException, InterruptedException {
        int done = 0;
        for (WorkingSet set : sets) {
            for (String subject : subjects) {
                progress.round("instructions", done++, sets.size() * subjects.size());
                report.add(new Result(
                        set.name("instructions." + subject),
                        "instructions/op",
                        java.util.Map.of("mean", count(set, subject)),
                        0,
                        new double[0],
                        set.describe(),
                        "executed instructions of a walk along the entries, '" + CountedSubjects.ORDER
                                + "' is what each has beside its operation"));
            }
        }
    }

    private double count(WorkingSet set, String subject) throws IOException, InterruptedException {
        int blocks = Math.min(set.entries(), LONGEST_WALK) / SubjectLoop.BLOCK;
        try (RoleProcess process = RoleProcess.start(
                subject,
                List.of(
                        "_bench-peer",
                        "instructions",
                        "subject=" + subject,
                        "core=" + cores.server(),
                        "entries=" + set.entries()))) {
            String[] warm = process.await(SubjectLoop.WARM, SECONDS).split(" ");
            return (double) counted(warm[1], warm[2], blocks, set.name(subject)) / (blocks * SubjectLoop.BLOCK);
        }
    }

    private long counted(String thread, String word, int blocks, String name) throws IOException, InterruptedException {
        List<String> command =
                new java.util.ArrayList<>(List.of(COUNTER.toString(), thread, word, Integer.toString(blocks)));
        if (listings != null) {
            command.add(listings.resolve(name + ".listing").toString());
        }
        try (RoleProcess counter = RoleProcess.command("count_instructions", command)) {
            String answer = counter.await("instructions ", SECONDS);
            return Long.parseLong(answer.substring("instructions ".length()));
        }
    }
}
