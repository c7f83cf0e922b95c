package io.needletail.bench.tiers;

import io.needletail.memory.HostTree;
import io.needletail.registry.view.Bytes;
import io.needletail.tuning.Caches;
import java.util.Locale;

/**
 * How many entries are asked for, and what a figure's name says about it.
 *
 * @param entries a power of two
 * @param asked how many of them are asked for, over and over; a power of two
 * @param suffix of the names, empty for the plain 4,096 entries
 */
public record WorkingSet(int entries, int asked, String suffix) {
    public static final WorkingSet PLAIN = new WorkingSet(4096, 4096, "");
    public static final WorkingSet MILLION = new WorkingSet(1 << 20, 1 << 20, ".1M");

    public static final WorkingSet EIGHT_MILLION = new WorkingSet(1 << 23, 1 << 23, ".8M");

    private static final int SLOT = 64;
    static final int SHOWN = 1 << 18;
    private static final int MAX_ENTRIES = 1 << 26;

    /** 4096, 1M, 8M, another power of two, or L1, L2, L3, DRAM: half of that cache, or four times the last one. */
    public static WorkingSet parse(String text) {
        String name = text.strip().toUpperCase(Locale.ROOT);
        Caches caches = Caches.of(HostTree.ofThisHost());
        return switch (name) {
            case "L1" -> cache(name, caches.level1() / 2);
            case "L2" -> cache(name, caches.level2() / 2);
            case "L3" -> cache(name, Math.max(caches.level3(), 2 * caches.level2()) / 2);
            case "DRAM" -> cache(name, 4 * Math.max(caches.level3(), 8 * caches.level2()));
            case "4096", "4K" -> PLAIN;
            case "1M", "1048576" -> MILLION;
            case "8M", "8388608" -> EIGHT_MILLION;
            default -> count(name);
        };
    }

    private static WorkingSet cache(String name, long bytes) {
        int entries = (int) Math.min(MAX_ENTRIES, Long.highestOneBit(bytes / SLOT));
        return new WorkingSet(entries, entries, "." + name);
    }

    private static WorkingSet count(String name) {
        if (!name.matches("\\d{1,8}") || Integer.bitCount(Integer.parseInt(name)) != 1) {
            throw new IllegalArgumentException(
                    "working set " + name + ": L1, L2, L3, DRAM, 4096, 1M, 8M or another power of two");
        }
        int entries = Integer.parseInt(name);
        if (entries < 2 || entries > MAX_ENTRIES) {
            throw new IllegalArgumentException("working set " + name + ": from 2 to " + MAX_ENTRIES + " entries");
        }
        return new WorkingSet(entries, entries, "." + entries);
    }

    /** Fewer entries under the same name, where figures mean nothing. */
    public WorkingSet forShow() {
        return entries <= SHOWN ? this : new WorkingSet(SHOWN, Math.min(asked, SHOWN), suffix);
    }

    boolean isMillion() {
        return suffix.equals(MILLION.suffix);
    }

    /** The same entries, but only some of them asked for: a hotter set in a large table. */
    public WorkingSet asking(int count) {
        return new WorkingSet(entries, Math.min(entries, count), suffix + ".asked" + count);
    }

    /** A name with this set's suffix behind it. */
    public String name(String subject) {
        return subject + suffix;
    }

    public String describe() {
        return describe(Bytes.INLINE_LENGTH);
    }

    public String describe(int valueLength) {
        String all = String.format(
                Locale.ROOT,
                "%,d entries of 16+%d bytes, %,d KiB of slots",
                entries,
                valueLength,
                entries * (long) SLOT >> 10);
        return asked == entries ? all : all + String.format(Locale.ROOT, ", %,d of them asked for", asked);
    }
}
