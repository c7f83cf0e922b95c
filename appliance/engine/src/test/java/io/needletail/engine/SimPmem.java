package io.needletail.engine;

import io.needletail.pmem.PersistentMemory;
import io.needletail.registry.view.Loads;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Persistent memory as processors have it, line by line. A store changes the cache only; a cache may give a line up at any moment, so
 * after a power loss the medium has of each line any state it was in since it was last flushed and fenced: the one before all stores,
 * after some, after all. What one call stores is not one step: words of it may be missing. A fence completes the flushes of the thread
 * that makes it, and no other's.
 */
final class SimPmem implements PersistentMemory {
    static final int LINE = 64;

    private static final int WORDS = LINE / Long.BYTES;
    /** Of a line; more are thinned out, the oldest stays: the medium may never have got another. */
    private static final int MOST_STATES = 12;

    /** What a line was since its last fence, oldest first; the newest is in memory. */
    private static final class History {
        private long[][] states = new long[4][];
        private int count;
        /** Of the state that each thread flushed, or -1. */
        private final int[] flushed = {-1, -1};

        void push(long[] state) {
            if (count > 0 && Arrays.equals(states[count - 1], state)) {
                return;
            }
            if (count == MOST_STATES && !drop()) {
                states = Arrays.copyOf(states, states.length * 2);
            }
            if (count == states.length) {
                states = Arrays.copyOf(states, 2 * count);
            }
            states[count++] = state;
        }

        /** One in the middle that nobody has flushed. */
        private boolean drop() {
            for (int i = 1; i < count - 1; i++) {
                if (flushed[0] != i && flushed[1] != i) {
                    System.arraycopy(states, i + 1, states, i, count - i - 1);
                    count--;
                    flushed[0] -= flushed[0] > i ? 1 : 0;
                    flushed[1] -= flushed[1] > i ? 1 : 0;
                    return true;
                }
            }
            return false;
        }

        void startAt(int index) {
            for (int i = 0; i < flushed.length; i++) {
                flushed[i] = flushed[i] >= index ? flushed[i] - index : -1;
            }
            System.arraycopy(states, index, states, 0, count - index);
            count -= index;
        }
    }

    private final MemorySegment memory;
    private final MemorySegment medium;
    private final long base;
    private final History[] histories;
    private final BitSet unsettled = new BitSet();
    private final BitSet ignored = new BitSet();
    /** Changed on the medium since somebody asked. */
    private final BitSet changed = new BitSet();

    /** Stored to since everything was forgotten. */
    private final BitSet touched = new BitSet();

    private Runnable atEvent = () -> {};
    private long lastFlushed;
    private boolean isServing;
    /** 0 is the shard's owner, 1 the write-back. */
    private int thread;

    /** @param medium as long as the memory, with what is on the medium now */
    SimPmem(MemorySegment memory, MemorySegment medium) {
        this.memory = memory;
        this.medium = medium;
        base = memory.address();
        histories = new History[(int) (memory.byteSize() / LINE)];
    }

    /** Lines that nobody reads again after a power loss. */
    void ignore(long offset, long lengthBytes) {
        ignored.set((int) (offset / LINE), (int) ((offset + lengthBytes) / LINE));
    }

    /** Is run at every store, flush and fence, before it: at each the power may go. */
    void atEvent(Runnable event) {
        atEvent = event;
    }

    /** Whose flushes and fences follow. */
    void thread(int newThread) {
        thread = newThread;
    }

    void beforeStore(long address, long lengthBytes) {
        if (address < base || address >= base + memory.byteSize()) {
            return;
        }
        atEvent.run();
        for (int line = lineOf(address); line <= lineOf(address + lengthBytes - 1); line++) {
            if (!ignored.get(line)) {
                touched.set(line);
                history(line).push(read(line));
            }
        }
    }

    @Override
    public void flush(long address, long lengthBytes) {
        lastFlushed = address;
        atEvent.run();
        for (int line = lineOf(address); line <= lineOf(address + lengthBytes - 1); line++) {
            History history = histories[line];
            if (history != null) {
                history.push(read(line));
                history.flushed[thread] = history.count - 1;
            }
        }
    }

    @Override
    public void fence() {
        atEvent.run();
        for (int line = unsettled.nextSetBit(0); line >= 0; line = unsettled.nextSetBit(line + 1)) {
            History history = histories[line];
            int flushed = history.flushed[thread];
            if (flushed < 0) {
                continue;
            }
            history.flushed[thread] = -1;
            write(medium, line, history.states[flushed]);
            changed.set(line);
            history.startAt(flushed);
            if (history.count == 1 && Arrays.equals(history.states[0], read(line))) {
                histories[line] = null;
                unsettled.clear(line);
            }
        }
    }

    @Override
    public boolean isEmulated() {
        return true;
    }

    /** All of memory is on the medium: where stores were not watched. */
    void settle(long offset, long lengthBytes) {
        medium.asSlice(offset, lengthBytes).copyFrom(memory.asSlice(offset, lengthBytes));
        int from = (int) (offset / LINE);
        int to = (int) ((offset + lengthBytes) / LINE);
        Arrays.fill(histories, from, to, null);
        unsettled.clear(from, to);
        changed.set(from, to);
    }

    /** The address that was flushed last; for plants. */
    long lastFlushed() {
        return lastFlushed;
    }

    /** Whether a shard serves, and does not start. */
    void serves(boolean newIsServing) {
        isServing = newIsServing;
    }

    boolean isServing() {
        return isServing;
    }

    /** What is in memory is on the medium, and what was stored to is not known any more. */
    void forget() {
        for (int line = unsettled.nextSetBit(0); line >= 0; line = unsettled.nextSetBit(line + 1)) {
            histories[line] = null;
        }
        unsettled.clear();
        touched.clear();
        changed.clear();
    }

    /** Lines that were stored to since everything was forgotten. */
    BitSet touched() {
        return touched;
    }

    /** Lines of which the medium may have more than one state. */
    BitSet unsettled() {
        return unsettled;
    }

    /** Lines whose state on the medium has changed since this was asked last. */
    BitSet takeChanged() {
        BitSet taken = (BitSet) changed.clone();
        changed.clear();
        return taken;
    }

    /** One of the states in which the medium may have a line after a power loss. */
    long[] lose(int line, Loss loss, SplittableRandom random) {
        History history = histories[line];
        int states = history.count + 1;
        int index = switch (loss) {
            case ALL -> 0;
            case NOTHING -> states - 1;
            case ANY -> random.nextInt(states);
        };
        long[] state = state(line, index);
        return loss == Loss.ANY && index + 1 < states && random.nextInt(4) == 0
                ? mixed(state, state(line, index + 1), random)
                : state;
    }

    private long[] state(int line, int index) {
        return index < histories[line].count ? histories[line].states[index] : read(line);
    }

    /** Some words of the next store and not the others. */
    private static long[] mixed(long[] state, long[] next, SplittableRandom random) {
        long[] mixed = state.clone();
        int words = random.nextInt(1 << WORDS);
        for (int i = 0; i < WORDS; i++) {
            mixed[i] = (words >> i & 1) == 0 ? mixed[i] : next[i];
        }
        return mixed;
    }

    /** What is lost of the lines that no fence has settled. */
    enum Loss {
        ALL,
        NOTHING,
        ANY
    }

    private History history(int line) {
        if (histories[line] == null) {
            histories[line] = new History();
            unsettled.set(line);
        }
        return histories[line];
    }

    private int lineOf(long address) {
        return (int) ((address - base) / LINE);
    }

    private long[] read(int line) {
        return read(memory, line);
    }

    static long[] read(MemorySegment from, int line) {
        long at = from.address() + (long) line * LINE;
        long[] words = new long[WORDS];
        for (int i = 0; i < WORDS; i++) {
            words[i] = Loads.getLong(at + (long) i * Long.BYTES);
        }
        return words;
    }

    static void write(MemorySegment into, int line, long[] words) {
        MemorySegment.copy(MemorySegment.ofArray(words), 0, into, (long) line * LINE, LINE);
    }

    /** Of a line's place and content: the sum of all lines' tells images apart. */
    static long digest(int line, long[] words) {
        long digest = line * 0x9E37_79B9_7F4A_7C15L;
        for (long word : words) {
            digest = (digest ^ word) * 0xE703_7ED1_A0B4_28DBL;
            digest ^= digest >>> 29;
        }
        return digest;
    }
}
