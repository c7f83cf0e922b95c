package io.needletail.tuning;

/**
 * What the audit found about one property.
 *
 * @param name the property, one word
 * @param verdict how it stands
 * @param observed what the host says, in words and numbers
 * @param why what it means for this product
 * @param remedy the exact thing to do; empty when nothing is to be done
 */
public record Finding(String name, Verdict verdict, String observed, String why, String remedy) {}
