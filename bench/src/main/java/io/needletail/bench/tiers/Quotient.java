package io.needletail.bench.tiers;

/**
 * A ratio that is written when both of its subjects were measured.
 *
 * @param key in the report; a working set's suffix comes behind it
 * @param first the subject that is divided
 * @param second the one it is divided by
 */
public record Quotient(String key, String first, String second) {
    static Quotient of(String first, String second) {
        return new Quotient(first + "/" + second, first, second);
    }
}
