package io.needletail.registry;

import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RetryLayout;
import java.util.zip.CRC32C;

/**
 * Which requests of which clients were applied, so that a repeated one is not done twice. Changed only by applying records, so
 * a replay brings it to where the slots are. For the owner thread.
 */
public final class RetryTable {
    public static final int NONE = -1;

    private final long address;
    private final int count;
    private final boolean[] secondCounts;
    private final boolean[] connected;
    private final CRC32C crc = new CRC32C();
    private final byte[] scratch = new byte[RetryLayout.CHECK_OFFSET];

    RetryTable(long address, int count) {
        assert address % RetryLayout.COPY_LENGTH == 0 : "address=" + address;
        assert count >= 1 && count <= RetryLayout.MAX_SESSIONS : "count=" + count;
        this.address = address;
        this.count = count;
        secondCounts = new boolean[count];
        connected = new boolean[count];
    }

    /** Finds the copy that counts of every entry, after a start; false when an entry has none. */
    public boolean load() {
        for (int i = 0; i < count; i++) {
            boolean first = isWhole(copy(i, false));
            boolean second = isWhole(copy(i, true));
            if (!first && !second) {
                return false;
            }
            secondCounts[i] = second && (!first || version(copy(i, true)) > version(copy(i, false)));
        }
        return true;
    }

    /** Whether both copies of every entry are. */
    public boolean isWhole() {
        boolean isWhole = true;
        for (int i = 0; i < count; i++) {
            isWhole &= isWhole(copy(i, false)) && isWhole(copy(i, true));
        }
        return isWhole;
    }

    /** A copy that was never written is all zeros, and so is its check. */
    private boolean isWhole(long at) {
        long check = Loads.getLong(at + RetryLayout.CHECK_OFFSET);
        return check == checkOf(at) || (check == 0 && isZero(at));
    }

    private static boolean isZero(long at) {
        long any = 0;
        for (int offset = 0; offset < RetryLayout.CHECK_OFFSET; offset += Long.BYTES) {
            any |= Loads.getLong(at + offset);
        }
        return any == 0;
    }

    private long checkOf(long at) {
        Loads.copy(at, scratch, 0, scratch.length);
        crc.reset();
        crc.update(scratch, 0, scratch.length);
        return crc.getValue();
    }

    public int count() {
        return count;
    }

    /** The client's entry, or {@link #NONE}. */
    public int find(long clientHigh, long clientLow) {
        assert (clientHigh | clientLow) != 0 : "no client id";
        for (int i = 0; i < count; i++) {
            long at = current(i);
            if (Loads.getLong(at + RetryLayout.CLIENT_HIGH_OFFSET) == clientHigh
                    && Loads.getLong(at + RetryLayout.CLIENT_LOW_OFFSET) == clientLow) {
                return i;
            }
        }
        return NONE;
    }

    /**
     * An entry for a new client: one that was never used, else the one that was not for longest; {@link #NONE} when all are
     * connected.
     */
    public int choose() {
        int oldest = NONE;
        for (int i = 0; i < count; i++) {
            if (!connected[i] && (oldest == NONE || time(i) < time(oldest))) {
                oldest = i;
            }
        }
        return oldest;
    }

    /** Whether the entry's client has a session; such an entry is given to no other. Not kept over a start. */
    public void connected(int index, boolean isConnected) {
        connected[index] = isConnected;
    }

    /** Gives the entry to a client; the second time it changes nothing. */
    public void register(int index, long clientHigh, long clientLow, long version, long timeNs) {
        if (version > version(current(index))) {
            write(index, clientHigh, clientLow, 0, version, 0, timeNs, 0);
        }
    }

    /** Notes that a request was applied; the second time it changes nothing. */
    public void applied(int index, long request, long version, long handle, long timeNs) {
        assert request > 0 && request <= RetryLayout.MAX_REQUEST : "request=" + request;
        long at = current(index);
        if (version <= version(at)) {
            return;
        }
        long last = Loads.getLong(at + RetryLayout.REQUEST_OFFSET);
        long before = Loads.getLong(at + RetryLayout.APPLIED_OFFSET);
        long step = request - last;
        long bits = step >= RetryLayout.WINDOW ? 0 : before << Math.max(0, step);
        write(
                index,
                Loads.getLong(at + RetryLayout.CLIENT_HIGH_OFFSET),
                Loads.getLong(at + RetryLayout.CLIENT_LOW_OFFSET),
                request,
                version,
                handle,
                timeNs,
                bits | 1);
    }

    private void write(
            int index,
            long clientHigh,
            long clientLow,
            long request,
            long version,
            long handle,
            long timeNs,
            long applied) {
        boolean toSecond = !secondCounts[index];
        long at = copy(index, toSecond);
        Stores.putLong(at + RetryLayout.CLIENT_HIGH_OFFSET, clientHigh);
        Stores.putLong(at + RetryLayout.CLIENT_LOW_OFFSET, clientLow);
        Stores.putLong(at + RetryLayout.REQUEST_OFFSET, request);
        Stores.putLong(at + RetryLayout.VERSION_OFFSET, version);
        Stores.putLong(at + RetryLayout.HANDLE_OFFSET, handle);
        Stores.putLong(at + RetryLayout.TIME_OFFSET, timeNs);
        Stores.putLong(at + RetryLayout.APPLIED_OFFSET, applied);
        Stores.putLong(at + RetryLayout.CHECK_OFFSET, checkOf(at));
        secondCounts[index] = toSecond;
    }

    /** The request that was applied last, 0 when none was. */
    public long lastRequest(int index) {
        return Loads.getLong(current(index) + RetryLayout.REQUEST_OFFSET);
    }

    /** Whether a request that is not newer than the last was applied, as far back as the window goes. */
    public boolean wasApplied(int index, long request) {
        long back = lastRequest(index) - request;
        assert back >= 0 : "newer than the last: request=" + request;
        long bits = Loads.getLong(current(index) + RetryLayout.APPLIED_OFFSET);
        return back < RetryLayout.WINDOW && (bits >>> back & 1) != 0;
    }

    /** The version that the last request made. */
    public long lastVersion(int index) {
        return version(current(index));
    }

    /** The entry that the last request changed. */
    public long lastHandle(int index) {
        return Loads.getLong(current(index) + RetryLayout.HANDLE_OFFSET);
    }

    private long time(int index) {
        return Loads.getLong(current(index) + RetryLayout.TIME_OFFSET);
    }

    private static long version(long copy) {
        return Loads.getLong(copy + RetryLayout.VERSION_OFFSET);
    }

    private long current(int index) {
        return copy(index, secondCounts[index]);
    }

    /** Where both copies of an entry stand. */
    public long address(int index) {
        assert index >= 0 && index < count : "index=" + index + " count=" + count;
        return address + (long) index * RetryLayout.ENTRY_LENGTH;
    }

    private long copy(int index, boolean second) {
        return address(index) + (second ? RetryLayout.COPY_LENGTH : 0);
    }
}
