package io.needletail.server.session;

import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who is connected to a shard, in a file for people and tools, written anew whenever it changes: a line a session, tab-separated.
 * The conductor's; nobody on the shard's thread waits for it.
 */
public final class SessionList {
    /**
     * A session.
     *
     * @param pid of the client's process
     * @param sinceMs when it was accepted, ms since 1970
     * @param replyStreamId its own
     * @param repeats whether it may repeat requests
     * @param shared whether it sends on the publication that several share
     */
    public record Connected(long pid, long sinceMs, int replyStreamId, boolean repeats, boolean shared) {}

    private final Path file;
    private final Map<SessionLane, Connected> sessions = new LinkedHashMap<>();

    /** Of a shard that nobody looks at when {@code file} is null. */
    public SessionList(Path file) throws IOException {
        this.file = file;
        write();
    }

    void add(SessionLane lane, Connected session) throws IOException {
        sessions.put(lane, session);
        write();
    }

    void remove(SessionLane lane) throws IOException {
        if (sessions.remove(lane) != null) {
            write();
        }
    }

    private void write() throws IOException {
        if (file == null) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (Connected session : sessions.values()) {
            text.append(session.pid).append('\t').append(session.sinceMs).append('\t');
            text.append(session.replyStreamId)
                    .append('\t')
                    .append(session.repeats)
                    .append('\t')
                    .append(session.shared)
                    .append('\n');
        }
        PrivateFiles.write(file, text.toString());
    }

    /** Reads what a running appliance wrote. */
    public static List<Connected> read(Path file) throws IOException {
        List<Connected> sessions = new ArrayList<>();
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            String[] cells = line.split("\t");
            if (cells.length < 5) {
                throw new IOException(file + ": not a list of sessions: " + line);
            }
            sessions.add(new Connected(
                    Long.parseLong(cells[0]),
                    Long.parseLong(cells[1]),
                    Integer.parseInt(cells[2]),
                    Boolean.parseBoolean(cells[3]),
                    Boolean.parseBoolean(cells[4])));
        }
        return sessions;
    }
}
