package io.needletail.server.cli;

import io.needletail.client.ShardedSession;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code client load}. */
@Command(
        name = "load",
        description = {
            "Puts every line 'KEY,VALUE' of a file; the first comma divides. Empty lines are skipped. While the journal cannot keep up"
                    + " it waits, for one line at most the timeout."
        },
        mixinStandardHelpOptions = true)
final class LoadVerb implements Callable<Integer> {
    private static final long LINES_PER_NOTE = 100_000;
    private static final long PAUSE_NS = 1_000_000;

    @ParentCommand
    private ClientCommand client;

    @Mixin
    private LevelOption level;

    @Parameters(index = "0", paramLabel = "FILE.csv")
    private Path file;

    private long lines;
    private long loaded;
    /** The least that a line's acknowledgement said. */
    private int reached = Integer.MAX_VALUE;

    private boolean isEmulated;

    @Override
    public Integer call() throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IllegalArgumentException("cannot read the file " + file);
        }
        try (ShardedSession session = client.connect();
                BufferedReader reader = Files.newBufferedReader(file)) {
            level.set(session);
            isEmulated = session.limits().isPersistentEmulated();
            Entry entry = new Entry(session.limits().maxValueLength());
            int status = Status.OK;
            for (String line = reader.readLine(); line != null && status == Status.OK; line = reader.readLine()) {
                lines++;
                status = line.isEmpty() ? Status.OK : put(session, line, entry);
            }
            report(status, Refusals.explain(status, session.limits(), entry));
            return ExitCode.of(status);
        }
    }

    private int put(ShardedSession session, String line, Entry entry) {
        int comma = line.indexOf(',');
        if (comma < 1) {
            throw new IllegalArgumentException(
                    file + ":" + lines + ": not KEY,VALUE; " + loaded + " entries were loaded");
        }
        int status = put(
                session, TextBytes.key(line.substring(0, comma)), TextBytes.value(line.substring(comma + 1)), entry);
        if (status == Status.OK) {
            loaded++;
            reached = Math.min(reached, entry.level());
        }
        if (loaded % LINES_PER_NOTE == 0 && System.console() != null) {
            System.err.print("\rloaded " + loaded);
        }
        return status;
    }

    private int put(ShardedSession session, Key key, Value value, Entry entry) {
        long deadlineNs = System.nanoTime() + client.timeoutNs();
        int status = session.put(key, value, entry);
        while (status == Status.BACK_PRESSURED && System.nanoTime() - deadlineNs < 0) {
            LockSupport.parkNanos(PAUSE_NS);
            status = session.put(key, value, entry);
        }
        return status;
    }

    private boolean isReachedEmulated() {
        return isEmulated && reached == Level.PERSISTENT;
    }

    private void report(int status, String explanation) {
        if (client.isJson()) {
            JsonOut.print(json -> {
                json.writeStartObject();
                json.writeNumberField("loaded", loaded);
                if (loaded > 0) {
                    json.writeStringField("level", Level.name(reached));
                }
                if (isReachedEmulated()) {
                    json.writeBooleanField("emulated", true);
                }
                json.writeStringField("status", Status.name(status));
                json.writeEndObject();
            });
        } else {
            String least = loaded == 0 ? "" : " level=" + Level.name(reached);
            System.out.println("loaded " + loaded + least + (isReachedEmulated() ? " (EMULATED)" : ""));
        }
        if (status != Status.OK) {
            System.err.println(file + ":" + lines + ": " + explanation + "; the lines before are loaded");
        }
    }
}
