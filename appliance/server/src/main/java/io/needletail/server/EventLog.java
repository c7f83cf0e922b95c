package io.needletail.server;

import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * What happened, a line each, for people. Written by housekeeping threads; the shard only when it fails. A line that cannot
 * be written (a full disk) is counted and goes to standard error: sessions must not end because their log cannot be kept.
 */
public final class EventLog implements AutoCloseable {
    private final FileChannel channel;
    private long lostLines;

    private EventLog(FileChannel channel) {
        this.channel = channel;
    }

    public static EventLog open(Path file) throws IOException {
        return new EventLog(PrivateFiles.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
    }

    public synchronized void write(String line) {
        try {
            channel.write(ByteBuffer.wrap((Instant.now() + " " + line + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            lostLines++;
            System.err.println("log: " + e.getMessage() + "; free space on its disk; line was: " + line);
        }
    }

    /** Lines that could not be written. */
    public synchronized long lostLines() {
        return lostLines;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
