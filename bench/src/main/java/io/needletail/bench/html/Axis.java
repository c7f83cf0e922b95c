package io.needletail.bench.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * An axis of a chart: where a value stands between 0 and 1, and where its ticks are.
 *
 * @param low least value, above 0 on a logarithmic axis
 * @param high greatest
 * @param scale of it
 * @param label of the axis, with its unit
 * @param format of the ticks
 */
record Axis(double low, double high, Scale scale, String label, DoubleFunction<String> format) {
    enum Scale {
        LOGARITHMIC,
        LINEAR,
        /** Linear, and only whole numbers mean something. */
        COUNTING
    }

    private static final int LINEAR_TICKS = 5;

    /** From one power of ten to another, around what is to be shown. */
    static Axis log(List<Double> values, String label, DoubleFunction<String> format) {
        double least =
                values.stream().filter(value -> value > 0).min(Double::compare).orElse(1.0);
        double most = values.stream().max(Double::compare).orElse(10.0);
        double low = Math.pow(10, Math.floor(Math.log10(least)));
        double high = Math.pow(10, Math.ceil(Math.log10(Math.max(most, low * 1.001))));
        return new Axis(low, Math.max(high, low * 10), Scale.LOGARITHMIC, label, format);
    }

    /** From one whole number to another, a tick each while they are few. */
    static Axis counting(double low, double high, String label) {
        return new Axis(low, Math.max(high, low + 1), Scale.COUNTING, label, Axis::number);
    }

    static Axis linear(double low, double high, String label, DoubleFunction<String> format) {
        return new Axis(low, high > low ? high : low + 1, Scale.LINEAR, label, format);
    }

    double place(double value) {
        double bounded = Math.clamp(value, low, high);
        return scale == Scale.LOGARITHMIC
                ? (Math.log10(bounded) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))
                : (bounded - low) / (high - low);
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (scale == Scale.LOGARITHMIC) {
            for (double tick = low; tick <= high * 1.001; tick *= 10) {
                ticks.add(tick);
            }
        } else {
            int steps = isFewWholeNumbers() ? (int) (high - low) : LINEAR_TICKS;
            for (int i = 0; i <= steps; i++) {
                ticks.add(low + (high - low) * i / steps);
            }
        }
        return ticks;
    }

    private boolean isFewWholeNumbers() {
        return scale == Scale.COUNTING && high - low <= LINEAR_TICKS;
    }

    /** A count as people say it, short enough for a tick. */
    static String count(double value) {
        if (value < 1_000) {
            return number(value);
        }
        return value < 1_000_000 ? number(value / 1_000) + " K" : number(value / 1_000_000) + " M";
    }

    /** Nanoseconds as people say them. */
    static String ns(double value) {
        if (value < 1_000) {
            return number(value) + " ns";
        }
        return value < 1_000_000 ? number(value / 1_000) + " µs" : number(value / 1_000_000) + " ms";
    }

    static String number(double value) {
        return value >= 100 || value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }
}
