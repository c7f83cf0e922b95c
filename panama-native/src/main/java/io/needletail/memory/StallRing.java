package io.needletail.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The latest times that a spinning thread stood still, with what the kernel did to it meanwhile. One thread writes, any
 * process that maps the bytes reads.
 *
 * <pre>
 *  +0   count of stalls ever written; written last with release, read first with acquire
 *  +64  stall 0: +0 began, ns of the monotonic clock   +8 duration in ns
 *       +16 involuntary switches   +24 minor faults   +32 major faults   +40 spare, 0
 *  +128 stall 1 ...
 * </pre>
 *
 * Stall n stands in place n mod {@value #PLACES}. A reader that was lapped drops what may have been overwritten.
 */
public final class StallRing {
    /** Over a minute of a busy virtual machine, where a core is interrupted 700 times a second: 4 MiB. */
    public static final int PLACES = 1 << 16;

    public static final int HEADER_LENGTH = 64;
    public static final int PLACE_LENGTH = 64;
    public static final long LENGTH = HEADER_LENGTH + (long) PLACES * PLACE_LENGTH;

    private static final ValueLayout.OfLong LITTLE = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = LITTLE.varHandle();

    /** One time that the thread stood still; counts are -1 when the kernel could not be asked. */
    public record Stall(long beganNs, long durationNs, long involuntarySwitches, long minorFaults, long majorFaults) {
        public long endedNs() {
            return beganNs + durationNs;
        }
    }

    private final MemorySegment bytes;
    private final ThreadUsage usage = new ThreadUsage();
    private long count;
    private long switchesBefore;
    private long minorBefore;
    private long majorBefore;

    /** Over zeroed memory of {@link #LENGTH} bytes. */
    public StallRing(MemorySegment bytes) {
        assert bytes.byteSize() == LENGTH : "length=" + bytes.byteSize();
        this.bytes = bytes;
    }

    /** In memory of this process alone. */
    public static StallRing inMemory() {
        return new StallRing(Arena.ofAuto().allocate(LENGTH, HEADER_LENGTH));
    }

    /** Begins to count what the kernel does, on the thread that will write. */
    public void begin() {
        remember();
    }

    /** Writes a stall; allocates nothing, costs a system call. */
    public void add(long beganNs, long durationNs) {
        long switches = switchesBefore;
        long minor = minorBefore;
        long major = majorBefore;
        remember();
        long at = HEADER_LENGTH + (count % PLACES) * PLACE_LENGTH;
        boolean known = ThreadUsage.isAvailable();
        bytes.set(LITTLE, at, beganNs);
        bytes.set(LITTLE, at + 8, durationNs);
        bytes.set(LITTLE, at + 16, known ? switchesBefore - switches : -1);
        bytes.set(LITTLE, at + 24, known ? minorBefore - minor : -1);
        bytes.set(LITTLE, at + 32, known ? majorBefore - major : -1);
        count++;
        LONG.setRelease(bytes, 0L, count);
    }

    private void remember() {
        usage.read();
        switchesBefore = usage.involuntarySwitches();
        minorBefore = usage.minorFaults();
        majorBefore = usage.majorFaults();
    }

    /** The latest stalls, oldest first, of a ring that another thread or process may be writing. */
    public static List<Stall> read(MemorySegment bytes) {
        long end = (long) LONG.getAcquire(bytes, 0L);
        long first = Math.max(0, end - PLACES);
        List<Stall> stalls = new ArrayList<>();
        for (long i = first; i < end; i++) {
            long at = HEADER_LENGTH + (i % PLACES) * PLACE_LENGTH;
            stalls.add(new Stall(
                    bytes.get(LITTLE, at),
                    bytes.get(LITTLE, at + 8),
                    bytes.get(LITTLE, at + 16),
                    bytes.get(LITTLE, at + 24),
                    bytes.get(LITTLE, at + 32)));
        }
        VarHandle.loadLoadFence();
        long lapped = (long) LONG.getAcquire(bytes, 0L) - PLACES + 1; // the place after the count may be half written
        int overwritten = (int) Math.max(0, Math.min(stalls.size(), lapped - first));
        return List.copyOf(stalls.subList(overwritten, stalls.size()));
    }

    /** The latest stalls of this ring. */
    public List<Stall> read() {
        return read(bytes);
    }
}
