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
    /** A client that connects in a loop must not fill the disk: what is beyond is counted, and the count is written. */
    public static final int MAX_LINES_A_SECOND = 200;

    private final FileChannel channel;
    private long lostLines;
    private long currentSecond;
    private long linesThisSecond;
    private long leftOut;

    private EventLog(FileChannel channel) {
        this.channel = channel;
    }

    public static EventLog open(Path file) throws IOException {
        return new EventLog(PrivateFiles.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
    }

    public synchronized void write(String line) {
        long second = System.nanoTime() / 1_000_000_000L;
        if (second != currentSecond) {
            String summary =
                    leftOut == 0 ? null : leftOut + " lines left out: more than " + MAX_LINES_A_SECOND + " a second";
            currentSecond = second;
            linesThisSecond = 0;
            leftOut = 0;
            if (summary != null) {
                writeLine(summary);
            }
        }
        if (++linesThisSecond > MAX_LINES_A_SECOND) {
            leftOut++;
            lostLines++;
            return;
        }
        writeLine(line);
    }

    /** The same, of what nobody may miss: on standard error too. */
    void loud(String line) {
        write(line);
        System.err.println("warning: " + line);
    }

    private void writeLine(String line) {
        try {
            channel.write(ByteBuffer.wrap((Instant.now() + " " + line + "\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            lostLines++;
            System.err.println("log: " + e.getMessage() + "; free space on its disk; line was: " + line);
        }
    }

    /** Lines that could not be written, or were too many for their second. */
    public synchronized long lostLines() {
        return lostLines;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
