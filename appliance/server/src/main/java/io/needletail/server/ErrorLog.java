package io.needletail.server;

import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;
import org.agrona.concurrent.errors.ErrorConsumer;
import org.agrona.concurrent.errors.ErrorLogReader;

/**
 * Errors that should not happen, each kind once with how often and when first and last, in a mapped file in Agrona's format: one
 * that repeats a million times takes the room of one. Any thread records; any process reads, also of an appliance that has
 * stopped or died.
 */
public final class ErrorLog {
    private static final int LENGTH = 256 * 1024;

    private final DistinctErrorLog log;

    private ErrorLog(DistinctErrorLog log) {
        this.log = log;
    }

    /** A new, empty one; readers of an older file keep that. */
    public static ErrorLog create(Path path) throws IOException {
        Files.deleteIfExists(path);
        try (FileChannel channel = PrivateFiles.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer file = channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH);
            return new ErrorLog(new DistinctErrorLog(new UnsafeBuffer(file), SystemEpochClock.INSTANCE));
        }
    }

    /** False when it is new and there is no more room; the event log has it in any case. */
    public boolean record(Throwable error) {
        return log.record(error);
    }

    /** Hands over every distinct error; how many there were. */
    public static int read(Path path, ErrorConsumer consumer) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MappedByteBuffer file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            return ErrorLogReader.read(new UnsafeBuffer(file), consumer);
        }
    }
}
