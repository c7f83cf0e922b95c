package io.needletail.journal;

/** A file that another version of Needletail wrote. */
public final class OtherFormat {
    private OtherFormat() {}

    /** What it is, and how its entries are taken over. */
    public static String explain(String name, long format, long ours) {
        return name + ": it has format " + format + ", which is " + (format > ours ? "newer" : "older") + " than the "
                + ours
                + " of this version; open it with the version of Needletail that wrote it, print its entries there with:"
                + " needletail client scan '' --csv --limit 1000000000 > entries.csv; and load them here with:"
                + " needletail client load entries.csv";
    }
}
