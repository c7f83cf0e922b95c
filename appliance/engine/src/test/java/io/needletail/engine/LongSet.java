package io.needletail.engine;

/** Distinct numbers, counted: ten million of them take 256 MiB. */
final class LongSet {
    private long[] places = new long[1 << 12];
    private int count;
    private boolean hasZero;

    /** False when it was there before. */
    boolean add(long number) {
        if (number == 0) {
            boolean isNew = !hasZero;
            hasZero = true;
            return isNew;
        }
        if (2 * (count + 1) > places.length) {
            grow();
        }
        return put(number);
    }

    private boolean put(long number) {
        int mask = places.length - 1;
        int at = (int) (number * 0x9E37_79B9_7F4A_7C15L >>> 32) & mask;
        while (places[at] != 0) {
            if (places[at] == number) {
                return false;
            }
            at = (at + 1) & mask;
        }
        places[at] = number;
        count++;
        return true;
    }

    private void grow() {
        long[] old = places;
        places = new long[2 * old.length];
        count = 0;
        for (long number : old) {
            if (number != 0) {
                put(number);
            }
        }
    }

    long size() {
        return count + (hasZero ? 1 : 0);
    }
}
