package io.needletail.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Rows of five longs that one process notes and the checker reads: cycles, version, bid, ask, and a fifth. For the feed
 * handler a row is an acknowledged write (the fifth is 0), for the strategy a run of reads that all saw the same (the fifth
 * is a status).
 */
final class TopOfBookLog {
    private static final int COLUMNS = 5;

    private long[] cells = new long[COLUMNS * 4096];
    private int rows;

    void add(long cycles, long version, long bid, long ask, long status) {
        if ((rows + 1) * COLUMNS > cells.length) {
            cells = Arrays.copyOf(cells, cells.length * 2);
        }
        int at = rows++ * COLUMNS;
        cells[at] = cycles;
        cells[at + 1] = version;
        cells[at + 2] = bid;
        cells[at + 3] = ask;
        cells[at + 4] = status;
    }

    int rows() {
        return rows;
    }

    long cycles(int row) {
        return cells[row * COLUMNS];
    }

    long version(int row) {
        return cells[row * COLUMNS + 1];
    }

    long bid(int row) {
        return cells[row * COLUMNS + 2];
    }

    long ask(int row) {
        return cells[row * COLUMNS + 3];
    }

    long status(int row) {
        return cells[row * COLUMNS + 4];
    }

    void write(Path file) {
        ByteBuffer bytes = ByteBuffer.allocate(rows * COLUMNS * Long.BYTES);
        bytes.asLongBuffer().put(cells, 0, rows * COLUMNS);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static TopOfBookLog read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                continue;
            }
            LongBuffer longs = bytes.flip().asLongBuffer();
            TopOfBookLog log = new TopOfBookLog();
            log.cells = new long[Math.max(COLUMNS, longs.remaining())];
            log.rows = longs.remaining() / COLUMNS;
            longs.get(log.cells, 0, log.rows * COLUMNS);
            return log;
        }
    }
}
