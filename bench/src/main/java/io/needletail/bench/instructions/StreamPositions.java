package io.needletail.bench.instructions;

import io.aeron.AeronCounters;
import io.aeron.CncFileDescriptor;
import io.aeron.driver.status.StreamCounter;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * How far the readers of an Aeron driver's streams are: words in a file that every process of the driver has mapped. A reader
 * changes its own once for each message that it takes alone.
 */
final class StreamPositions {
    private static final long LOOK_MS = 50;
    /** A line of {@code /proc/PID/maps}. */
    private static final Pattern MAPPING = Pattern.compile(
            "(?<begin>\\p{XDigit}+)-(?<end>\\p{XDigit}+) \\S+ (?<offset>\\p{XDigit}+) \\S+ \\d+ +(?<file>/.*)");

    private final Path file;
    private final CountersReader counters;
    private final int firstValueOffset;

    private StreamPositions(Path file, CountersReader counters, int firstValueOffset) {
        this.file = file;
        this.counters = counters;
        this.firstValueOffset = firstValueOffset;
    }

    static StreamPositions of(Path aeron) throws IOException {
        Path file = aeron.resolve(CncFileDescriptor.CNC_FILE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            mapped.order(ByteOrder.nativeOrder());
            UnsafeBuffer meta = CncFileDescriptor.createMetaDataBuffer(mapped);
            UnsafeBuffer values = CncFileDescriptor.createCountersValuesBuffer(mapped, meta);
            long first = values.addressOffset() - new UnsafeBuffer(mapped).addressOffset();
            return new StreamPositions(
                    file,
                    new CountersReader(CncFileDescriptor.createCountersMetaDataBuffer(mapped, meta), values),
                    Math.toIntExact(first));
        }
    }

    /** The address, in a process, of the position that moves most, on other streams than the one given. */
    String addressIn(long process, int otherThan) throws IOException, InterruptedException {
        long[] before = positions(otherThan);
        TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        long[] after = positions(otherThan);
        int busiest = 0;
        for (int id = 0; id < after.length; id++) {
            busiest = after[id] - before[id] > after[busiest] - before[busiest] ? id : busiest;
        }
        if (after[busiest] == before[busiest]) {
            throw new IOException("nobody reads a stream of " + file);
        }
        return Long.toHexString(addressOf(process, firstValueOffset + CountersReader.counterOffset(busiest)));
    }

    private long[] positions(int otherThan) {
        long[] positions = new long[counters.maxCounterId() + 1];
        counters.forEach((id, type, key, label) -> {
            boolean isReader = type == AeronCounters.DRIVER_SUBSCRIBER_POSITION_TYPE_ID;
            if (isReader && key.getInt(StreamCounter.STREAM_ID_OFFSET) != otherThan) {
                positions[id] = counters.getCounterValue(id);
            }
        });
        return positions;
    }

    /** Where a place in the file is in the process, which may have mapped its beginning elsewhere too. */
    private long addressOf(long process, long place) throws IOException {
        String name = file.toRealPath().toString();
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process), "maps"))) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches() && mapping.group("file").equals(name)) {
                long begin = Long.parseUnsignedLong(mapping.group("begin"), 16);
                long length = Long.parseUnsignedLong(mapping.group("end"), 16) - begin;
                long at = place - Long.parseLong(mapping.group("offset"), 16);
                if (at >= 0 && at < length) {
                    return begin + at;
                }
            }
        }
        throw new IOException("process " + process + " has not mapped " + name);
    }
}
