package io.needletail.bench.compare;

/**
 * B divided by A.
 *
 * @param value the quotient
 * @param low lower end of its 95% confidence interval
 * @param high upper end
 */
record Quotient(double value, double low, double high) {
    /** Lower is better: for a figure where higher is, the caller turns it round. */
    String verdict(boolean higherIsBetter) {
        if (low <= 1 && high >= 1) {
            return "no difference shown";
        }
        return (high < 1) == higherIsBetter ? "worse" : "better";
    }
}
