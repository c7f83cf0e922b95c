package io.needletail.registry.view;

/**
 * Addresses of slots, buckets and records, made from a count of {@value #UNIT} bytes each. What comes out of {@link #of} is,
 * for the compiler too, not negative, far from the end of the address space and a multiple of {@value #UNIT}: it drops the two
 * checks that it would else make of every load and store there, three instructions each (bench/RESULTS.md, attempt 7). A count
 * from {@link #units} comes back as the address that it was taken of.
 */
public final class Addresses {
    /** Half a cache line: the smallest thing in a region that has an address of its own. */
    public static final int UNIT = 32;
    /** Units in a slot with a key, in a directory's bucket and in a line of a record. */
    public static final int UNITS_A_LINE = 2;

    private static final int SHIFT = 5;
    private static final long MASK = (1L << 57) - 1;

    private Addresses() {}

    public static long units(long address) {
        assert address > 0 && address % UNIT == 0 : "address=" + address;
        return address >>> SHIFT;
    }

    /** How many units a length has. */
    public static long unitsIn(long length) {
        assert length >= 0 && length % UNIT == 0 : "length=" + length;
        return length >>> SHIFT;
    }

    public static long of(long units) {
        assert units > 0 && units <= MASK : "units=" + units;
        return (units & MASK) << SHIFT;
    }
}
