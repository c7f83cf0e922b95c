package io.needletail.rdma.cli;

import io.needletail.memory.CpuSet;
import io.needletail.memory.ThreadPinning;
import io.needletail.rdma.FabricUnavailableException;
import io.needletail.rdma.LibFabric;
import io.needletail.rdma.ProviderChoice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** A verb with two sides: this one alone, or both of them on this machine. */
abstract class TwoSided implements Callable<Integer> {
    private static final int CHILD_SECONDS = 10;

    @Option(
            names = "--provider",
            paramLabel = "P",
            description = "libfabric's name of it (default: the best there is).")
    private String provider;

    @Option(names = "--listen", paramLabel = "[HOST:]PORT", description = "Waits there for the side that begins.")
    private String listen;

    @Option(names = "--connect", paramLabel = "HOST:PORT", description = "Begins, with the side that waits there.")
    private String connect;

    @Option(
            names = "--core",
            paramLabel = "N",
            description = "Core of this side (default: one each, where there are two).")
    private Integer core;

    @Option(names = "--bytes", paramLabel = "N", description = "Length of a message (default: ${DEFAULT-VALUE}).")
    private int bytes = 64;

    abstract Terms.Operation operation();

    /** Rounds that the other side has to answer. */
    abstract int rounds();

    /** The side that begins. */
    abstract void begin(FabricSide side, LatencyRun run) throws IOException;

    @Option(
            names = "--listen-seconds",
            hidden = true,
            description = "Waits no longer; for a side that was started by the other.")
    private int listenSeconds;

    final int bytes() {
        return bytes;
    }

    @Override
    public final Integer call() throws IOException {
        if (listen != null && connect != null) {
            throw new IllegalArgumentException("a side waits with --listen or begins with --connect, not both");
        }
        if (!Terms.isLength(bytes)) {
            throw new IllegalArgumentException(
                    "--bytes " + bytes + " is not " + Terms.MIN_BYTES + " to " + Terms.MAX_BYTES + ", in eights");
        }
        if (!LibFabric.isAvailable()) {
            throw new FabricUnavailableException("one-sided remote memory is off: " + LibFabric.reason());
        }
        if (listen != null) {
            answer();
        } else if (connect != null) {
            begin(connect);
        } else {
            beginWithChild();
        }
        return 0;
    }

    /** Where there are two cores each side has one. */
    private void pin(int which) {
        List<Integer> allowed = CpuSet.allowed();
        if (core != null) {
            ThreadPinning.pin(core);
        } else if (allowed.size() > 1) {
            ThreadPinning.pin(allowed.get(which));
        }
    }

    private void answer() throws IOException {
        try (ControlLink link = ControlLink.accept(ControlLink.parse(listen), listenSeconds)) {
            Terms asked = link.receive();
            Patience patience = new Patience(link::isEnded);
            try (FabricSide side = new FabricSide(asked.provider(), link.localAddress(), asked.bytes(), patience)) {
                side.show(LatencyAnswer.SHOWN);
                side.connect(asked);
                link.send(side.terms(asked.operation(), asked.rounds()));
                link.watch();
                pin(1);
                LatencyAnswer.run(side, asked);
            }
        }
    }

    private void begin(String where) throws IOException {
        ProviderChoice choice =
                provider == null ? ProviderChoice.of(LibFabric.providers()) : ProviderChoice.named(provider);
        try (ControlLink link = ControlLink.connect(ControlLink.parse(where));
                FabricSide side =
                        new FabricSide(choice.provider(), link.localAddress(), bytes, new Patience(link::isEnded))) {
            Terms asked = side.terms(operation(), rounds());
            link.send(asked);
            Terms answered = link.receive();
            if (!answered.isAnswerTo(asked)) {
                throw new IOException("the other side answers something else than it was asked for");
            }
            side.connect(answered);
            link.watch();
            pin(0);
            System.err.println("provider " + side.provider() + ", because: " + choice.reason());
            begin(side, new LatencyRun(side));
        }
    }

    /** Another process of this machine waits; it ends with the connection. */
    private void beginWithChild() throws IOException {
        String verb = operation().name().toLowerCase(Locale.ROOT).replace('_', '-');
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("needletail.home"), "needletail").toString(),
                "fabric",
                verb,
                "--listen",
                "127.0.0.1:0",
                "--listen-seconds",
                "30"));
        CpuSet.allowed().stream()
                .filter(other -> core != null && !other.equals(core))
                .findFirst()
                .ifPresent(other -> command.addAll(List.of("--core", other.toString())));
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            if (line == null || !line.startsWith("listening ")) {
                throw new IOException("the other side did not start: " + line);
            }
            begin(line.substring("listening ".length()));
            awaitEnd(child);
        } finally {
            child.destroyForcibly(); // when something failed; one that ended is not touched
        }
    }

    /** By itself, now that the connection is closed: it has shared memory to remove. */
    private static void awaitEnd(Process child) throws IOException {
        try {
            if (!child.waitFor(CHILD_SECONDS, TimeUnit.SECONDS) || child.exitValue() != 0) {
                throw new IOException("the other side did not end as it should");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
