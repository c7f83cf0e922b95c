package io.needletail.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a LOBSTER message file: time, type, order id, size, price, direction; no header. */
final class TapeReader {
    private static final int FIELDS = 6;
    private static final int NANO_DIGITS = 9;

    private final String file;
    private long line;

    private TapeReader(String file) {
        this.file = file;
    }

    /** The whole file; the first malformed line ends it with its number. Empty lines are skipped. */
    static Tape read(Path path) throws IOException {
        String name = String.valueOf(path.getFileName());
        TapeReader reader = new TapeReader(name);
        Tape tape = new Tape(symbolOf(name));
        byte[] bytes = Files.readAllBytes(path);
        int begin = 0;
        for (int end = nextLineFeed(bytes, 0); begin < bytes.length; end = nextLineFeed(bytes, begin)) {
            reader.line++;
            boolean crLf = end > begin && bytes[end - 1] == '\r' && end < bytes.length;
            // ISO-8859-1 never fails to decode: what is not a number is reported with its line
            String text = new String(bytes, begin, end - begin - (crLf ? 1 : 0), StandardCharsets.ISO_8859_1);
            if (!text.isEmpty()) {
                reader.parse(text, tape);
            }
            begin = end + 1;
        }
        return tape;
    }

    /** The next line feed, or the end of the file; a carriage return alone ends no line. */
    private static int nextLineFeed(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    /** The file name up to the first underscore or dot. */
    static String symbolOf(String fileName) {
        return fileName.split("[_.]", 2)[0];
    }

    private void parse(String text, Tape tape) {
        String[] fields = text.split(",", -1);
        if (fields.length != FIELDS) {
            throw malformed("expected " + FIELDS + " fields, found " + fields.length);
        }
        int type = (int) number(fields[1], "type", Integer.MIN_VALUE, Integer.MAX_VALUE);
        boolean counts = type >= Tape.NEW_ORDER && type <= Tape.EXECUTION;
        long id = number(fields[2], "order id", counts ? 0 : Long.MIN_VALUE, Long.MAX_VALUE);
        int size = (int) number(fields[3], "size", Integer.MIN_VALUE, Integer.MAX_VALUE);
        long price = number(fields[4], "price", Long.MIN_VALUE, Long.MAX_VALUE);
        long direction = number(fields[5], "direction", Long.MIN_VALUE, Long.MAX_VALUE);
        if (type == Tape.NEW_ORDER && direction != 1 && direction != -1) {
            throw malformed("direction is neither 1 nor -1: " + fields[5]);
        }
        tape.add(timeNs(fields[0]), type, id, size, price, direction == 1 ? Tape.BUY : Tape.SELL);
    }

    private long number(String text, String what, long min, long max) {
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw malformed(what + " is not a number: '" + text + "'");
        }
        throw malformed(what + " is out of range: " + text);
    }

    /** Seconds with up to nine decimals that count; further ones are cut. */
    private long timeNs(String text) {
        int dot = text.indexOf('.');
        String seconds = dot < 0 ? text : text.substring(0, dot);
        String decimals = dot < 0 ? "0" : text.substring(dot + 1);
        if (decimals.isEmpty() || !decimals.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw malformed("time is not a number of seconds: '" + text + "'");
        }
        String nanos = (decimals + "0".repeat(NANO_DIGITS)).substring(0, NANO_DIGITS);
        long limit = Long.MAX_VALUE / 1_000_000_000L - 1;
        return number(seconds, "time", 0, limit) * 1_000_000_000L + Long.parseLong(nanos);
    }

    private MalformedLineException malformed(String why) {
        return new MalformedLineException(file, line, why);
    }
}
