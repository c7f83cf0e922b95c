package io.needletail.server;

import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * The counters in a mapped file, in Agrona's format: labels first, then values 128 bytes apart. One process writes (each
 * counter by one thread, with release), any other reads.
 */
public final class CountersFile {
    private static final int METADATA_LENGTH = Counter.values().length * CountersReader.METADATA_LENGTH;
    private static final int VALUES_LENGTH = Counter.values().length * CountersReader.COUNTER_LENGTH;

    private final CountersManager manager;

    private CountersFile(CountersManager manager) {
        this.manager = manager;
    }

    /** A new file with every counter at zero; readers of an older one keep the old one. */
    public static CountersFile create(Path path) throws IOException {
        Files.deleteIfExists(path);
        try (FileChannel channel = PrivateFiles.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer file =
                    channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) METADATA_LENGTH + VALUES_LENGTH);
            return declare(
                    new UnsafeBuffer(file, 0, METADATA_LENGTH), new UnsafeBuffer(file, METADATA_LENGTH, VALUES_LENGTH));
        }
    }

    /** Counters that nobody sees, for the warm-up. */
    static CountersFile scratch() {
        return declare(
                new UnsafeBuffer(ByteBuffer.allocateDirect(METADATA_LENGTH)),
                new UnsafeBuffer(ByteBuffer.allocateDirect(VALUES_LENGTH)));
    }

    private static CountersFile declare(UnsafeBuffer labels, UnsafeBuffer values) {
        CountersManager manager = new CountersManager(labels, values);
        for (Counter counter : Counter.values()) {
            int id = manager.allocate(counter.label() + " (" + counter.unit() + ")");
            assert id == counter.ordinal() : counter + " id=" + id;
        }
        return new CountersFile(manager);
    }

    /** Maps a running or stopped appliance's counters. */
    public static CountersReader open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            MappedByteBuffer file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            if (channel.size() != METADATA_LENGTH + VALUES_LENGTH) {
                throw new IOException(path + " was written by another version: length=" + channel.size());
            }
            return new CountersReader(
                    new UnsafeBuffer(file, 0, METADATA_LENGTH), new UnsafeBuffer(file, METADATA_LENGTH, VALUES_LENGTH));
        }
    }

    public void set(Counter counter, long value) {
        manager.setCounterValue(counter.ordinal(), value);
    }

    public long get(Counter counter) {
        return manager.getCounterValue(counter.ordinal());
    }

    /** For counters that only the calling thread writes. */
    public void increment(Counter counter) {
        set(counter, get(counter) + 1);
    }
}
