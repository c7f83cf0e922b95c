package io.needletail.bench.instructions;

import io.needletail.bench.micro.SubjectLoop;
import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.Progress;
import io.needletail.bench.process.RoleProcess;
import io.needletail.bench.report.BenchReport;
import io.needletail.bench.report.Result;
import io.needletail.bench.tiers.WorkingSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * {@code bench instructions}: how many instructions an operation executes, counted one by one over a walk along the entries, so
 * that every branch is counted as often as it is taken. For machines that hide the processor's counters, and exact where they
 * do not.
 */
public final class InstructionsRun {
    private static final long SECONDS = 300;
    /** Operations at most: each instruction takes some microseconds. */
    private static final int LONGEST_WALK = 1024;

    private final BenchCores cores;
    private final BenchReport report;
    private final Progress progress;
    private final InstructionCounter counter;

    private final SessionInstructions sessions;

    /**
     * Counts with the program that was built.
     *
     * @param folder where appliances are started
     * @param listings folder for a line an address, or null
     * @param isForShow whether the figures need not mean anything
     */
    public InstructionsRun(
            BenchCores cores, Path folder, BenchReport report, Progress progress, Path listings, boolean isForShow) {
        this.cores = cores;
        this.report = report;
        this.progress = progress;
        counter = new InstructionCounter(listings);
        sessions = new SessionInstructions(cores, folder, counter, isForShow);
    }

    /** Whether the program that counts could be built here. */
    public static boolean isPossible() {
        return InstructionCounter.isPossible();
    }

    public void run(List<WorkingSet> sets, Collection<String> subjects) throws IOException, InterruptedException {
        int done = 0;
        for (String subject : subjects) {
            progress.round("instructions", done++, subjects.size());
            if (SessionInstructions.SUBJECTS.containsKey(subject)) {
                add(
                        subject + ".client",
                        sessions.count(subject),
                        "4,096 entries of 16+16 bytes",
                        "the client's thread, a message there and back, waiting left out");
                continue;
            }
            for (WorkingSet set : sets) {
                add(
                        set.name(subject),
                        count(set, subject),
                        set.describe(),
                        "a walk along the entries; '" + CountedSubjects.ORDER + "' is in each of them");
            }
        }
    }

    private void add(String name, double count, String workingSet, String comparedOn) {
        report.add(new Result(
                "instructions." + name,
                "instructions/op",
                Map.of("mean", count),
                0,
                new double[0],
                workingSet,
                comparedOn));
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
            long counted = counter.count(set.name(subject), Long.parseLong(warm[1]), warm[2], blocks);
            process.tell("stop");
            process.awaitExit(SECONDS);
            return (double) counted / (blocks * SubjectLoop.BLOCK);
        }
    }
}
