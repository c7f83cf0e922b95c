package io.needletail.bench.data;

import java.util.SplittableRandom;

/**
 * The keys, the values and the order in which they are asked for: the same in every process that is given the same counts.
 * Keys are 16 random bytes, held as two words. The order is a random permutation of all entries, so that a set of n entries
 * is n entries of work; only who says so asks for fewer of them, and so for a hotter set.
 */
public final class Questions {
    private static final long SEED = 0x4E45_4544_4C45L;

    private final int entries;
    private final int asked;
    private final long[] keyWords;
    private final int[] order;
    private long consumed;

    public Questions(int entries) {
        this(entries, entries);
    }

    /** @param asked how many of the entries are asked for, over and over; powers of two both */
    public Questions(int entries, int asked) {
        if (Integer.bitCount(entries) != 1 || Integer.bitCount(asked) != 1 || asked > entries) {
            throw new IllegalArgumentException("entries=" + entries + " asked=" + asked + ": powers of two");
        }
        this.entries = entries;
        this.asked = asked;
        SplittableRandom random = new SplittableRandom(SEED);
        keyWords = random.longs(2L * entries).toArray();
        order = permutation(entries, random);
    }

    private static int[] permutation(int count, SplittableRandom random) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    public int entries() {
        return entries;
    }

    /** Places of the order are 0 to mask. */
    public int mask() {
        return asked - 1;
    }

    public long key0(int entry) {
        return keyWords[2 * entry];
    }

    public long key1(int entry) {
        return keyWords[2 * entry + 1];
    }

    public long value0(int entry) {
        return keyWords[2 * entry] * 3;
    }

    public long value1(int entry) {
        return keyWords[2 * entry + 1] * 5;
    }

    /** The entry that is asked for at a place of the order. */
    public int at(int place) {
        return order[place];
    }

    /** What the question at a place must be answered with. */
    public long expected(int place) {
        return fold(value0(order[place]), value1(order[place]));
    }

    public static long fold(long word0, long word1) {
        return word0 ^ word1;
    }

    /** Two words a question, in the order of asking: read one after the other, as an application's messages would be. */
    public long[] keysInOrder() {
        long[] words = new long[2 * asked];
        for (int place = 0; place < asked; place++) {
            words[2 * place] = key0(order[place]);
            words[2 * place + 1] = key1(order[place]);
        }
        return words;
    }

    /** Handles in the order of asking, from handles by entry. */
    public long[] inOrder(long[] byEntry) {
        long[] handles = new long[asked];
        for (int place = 0; place < asked; place++) {
            handles[place] = byEntry[order[place]];
        }
        return handles;
    }

    /** Keeps the JIT from finding out that nobody wants a result. */
    public void consume(long value) {
        consumed += value;
    }
}
