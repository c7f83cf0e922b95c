package io.needletail.audit;

import io.needletail.server.cli.ApplianceOption;
import io.needletail.server.cli.ExitCode;
import io.needletail.server.cli.StopSignal;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit record}: writes the trail while the appliance runs. */
@Command(
        name = "record",
        description = {
            "Writes the trail while the appliance runs; an appliance with audit=lossy or audit=gating starts it itself.",
            "By hand it is lossy: who reads too slowly finds a gap in the trail, and the appliance notices nothing."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  needletail audit record --dir /srv/cache",
            "  needletail audit record --dir /srv/cache --once",
            "Exit: 0 stopped by a signal or with the appliance, 1 failed, 2 wrong usage."
        })
final class RecordCommand implements Callable<Integer> {
    private static final long LONGEST_PAUSE_NS = 500_000;

    private static final long PATIENCE_MS = 30_000;

    @Mixin
    private ApplianceOption appliance;

    @Option(names = "--once", description = "Records what the ring holds, and ends.")
    private boolean once;

    /** For the appliance: the consumer that waits for this recorder. */
    @Option(names = "--gating-consumer", hidden = true)
    private int consumer = Recorder.LOSSY;

    @Option(names = "--wait", description = "Waits for another recorder to end, half a minute.")
    private boolean waits;

    /** For the appliance: what changed until then is recorded still. */
    @Option(names = "--until-stdin-ends", hidden = true)
    private boolean untilStdinEnds;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StopSignal stop = new StopSignal();
        try {
            return stop.stopped(record(stop));
        } finally {
            stop.abandon();
        }
    }

    private int record(StopSignal stop) throws IOException, InterruptedException {
        if (untilStdinEnds) {
            stop.askWhenStdinEnds();
        }
        try (Recorder recorder = new Recorder(appliance.dir(), consumer, waits || untilStdinEnds ? PATIENCE_MS : 0)) {
            recorder.catchUp();
            System.out.println("recording shards=" + recorder.shards() + " recorded=" + recorder.recorded() + " gaps="
                    + recorder.gaps());
            IdleStrategy idle = new BackoffIdleStrategy(100, 100, 1_000, LONGEST_PAUSE_NS);
            while (!once && !isOver(stop, recorder)) {
                idle.idle(recorder.doWork());
            }
            recorder.catchUp();
            System.out.println("recorded=" + recorder.recorded() + " gaps=" + recorder.gaps());
            return ExitCode.DONE;
        }
    }

    /** A signal to all of the appliance's processes is for the appliance: it changes things until it has closed. */
    private boolean isOver(StopSignal stop, Recorder recorder) {
        return untilStdinEnds ? stop.hasStdinEnded() : stop.isAsked() || !recorder.isWriterAlive();
    }
}
