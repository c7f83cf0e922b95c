package io.needletail.server.config;

import io.needletail.client.UdpEndpoint;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How an option's text is read into a long and written back. */
public enum OptionType {
    COUNT("a number", "[0-9]+") {
        @Override
        long parse(String text) {
            return Long.parseLong(text);
        }

        @Override
        String format(long value) {
            return Long.toString(value);
        }
    },
    SIZE("bytes, or with k, m, g", "[0-9]+[kmg]?b?") {
        @Override
        long parse(String text) {
            Matcher matcher = matched(Pattern.compile("(\\d+)([kmg]?)b?"), text);
            int shift = 10 * (1 + "kmg".indexOf(matcher.group(2)));
            return matcher.group(2).isEmpty()
                    ? Long.parseLong(matcher.group(1))
                    : Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift);
        }

        @Override
        String format(long value) {
            return value > 0 && value % (1 << 20) == 0 ? (value >> 20) + "m" : Long.toString(value);
        }
    },
    DURATION("with ns, us, ms, s, m or h", "[0-9]+(ns|us|ms|s|m|h)") {
        @Override
        long parse(String text) {
            Matcher matcher = matched(Pattern.compile("(\\d+)(ns|us|ms|s|m|h)"), text);
            long unitNs = switch (matcher.group(2)) {
                case "ns" -> 1L;
                case "us" -> 1_000L;
                case "ms" -> 1_000_000L;
                case "m" -> 60_000_000_000L;
                case "h" -> 3_600_000_000_000L;
                default -> 1_000_000_000L;
            };
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), unitNs);
        }

        @Override
        String format(long valueNs) {
            return valueNs % 1_000_000 == 0 ? valueNs / 1_000_000 + "ms" : valueNs + "ns";
        }
    },
    CORE("a core number, or auto", "auto|[0-9]+") {
        @Override
        long parse(String text) {
            return text.equals("auto") ? -1 : Long.parseLong(text);
        }

        @Override
        String format(long value) {
            return value < 0 ? "auto" : Long.toString(value);
        }
    },
    SWITCH("on or off", "on|off") {
        @Override
        long parse(String text) {
            return switch (text) {
                case "on" -> 1;
                case "off" -> 0;
                default -> throw new IllegalArgumentException(text);
            };
        }

        @Override
        String format(long value) {
            return value == 1 ? "on" : "off";
        }
    },
    ENDPOINT("off, or an IPv4 address and a port as 127.0.0.1:40123", "off|" + UdpEndpoint.PATTERN) {
        @Override
        long parse(String text) {
            return text.equals("off") ? 0 : UdpEndpoint.parse(text).toLong();
        }

        @Override
        String format(long value) {
            return value == 0 ? "off" : UdpEndpoint.of(value).toString();
        }
    },
    DRIVER("auto, invoker or shared", "auto|invoker|shared") {
        @Override
        long parse(String text) {
            return DriverMode.valueOf(text.toUpperCase(Locale.ROOT)).ordinal();
        }

        @Override
        String format(long value) {
            return DriverMode.values()[(int) value].name().toLowerCase(Locale.ROOT);
        }
    },
    AUDIT("off, lossy or gating", "off|lossy|gating") {
        @Override
        long parse(String text) {
            return AuditMode.valueOf(text.toUpperCase(Locale.ROOT)).ordinal();
        }

        @Override
        String format(long value) {
            return AuditMode.values()[(int) value].name().toLowerCase(Locale.ROOT);
        }
    },
    PERSISTENT_MEMORY("off, dax or emulated", "off|dax|emulated") {
        @Override
        long parse(String text) {
            return PersistentMode.valueOf(text.toUpperCase(Locale.ROOT)).ordinal();
        }

        @Override
        String format(long value) {
            return PersistentMode.values()[(int) value].name().toLowerCase(Locale.ROOT);
        }
    },
    BATCH_SEARCH("auto, native, vector or scalar", "auto|native|vector|scalar") {
        @Override
        long parse(String text) {
            return BatchSearchMode.valueOf(text.toUpperCase(Locale.ROOT)).ordinal();
        }

        @Override
        String format(long value) {
            return BatchSearchMode.values()[(int) value].name().toLowerCase(Locale.ROOT);
        }
    };

    private final String unit;
    private final String pattern;

    OptionType(String unit, String pattern) {
        this.unit = unit;
        this.pattern = pattern;
    }

    /** What the text must look like, as a regular expression. */
    public String pattern() {
        return pattern;
    }

    /** What people write. */
    public String unit() {
        return unit;
    }

    abstract long parse(String text);

    abstract String format(long value);

    private static Matcher matched(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not " + pattern);
        }
        return matcher;
    }
}
