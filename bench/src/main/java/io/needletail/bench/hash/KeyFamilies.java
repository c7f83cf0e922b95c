package io.needletail.bench.hash;

import io.needletail.demo.OrderIds;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The keys that trading systems have, those that a generator likes, and those that somebody with bad intentions would choose. */
final class KeyFamilies {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int ISIN_BODY = 9;
    /** With a colon and nine digits behind it the key is still a short one. */
    private static final int LONGEST_SYMBOL = 6;

    private static final int LETTERS = 26;
    private static final int TICKER_LENGTH = 4;

    private KeyFamilies() {}

    /** @param count of every kind; fewer where the order flow has fewer */
    static List<KeyFamily> all(int count, OrderIds real) {
        List<KeyFamily> families = new ArrayList<>();
        families.add(new KeyFamily("random", count, (into, n) -> {
            SplittableRandom random = new SplittableRandom(n);
            into.setInline(random.nextLong(), random.nextLong(), 16);
        }));
        families.add(new KeyFamily("sequential", count, (into, n) -> into.setInline(n, 0, Long.BYTES)));
        long[] ids = real.ids();
        int orders = Math.min(count, ids.length);
        families.add(new KeyFamily("order-ids", orders, (into, n) -> into.setInline(ids[n], 0, Long.BYTES)));
        String symbol = real.symbol()
                .substring(0, Math.min(LONGEST_SYMBOL, real.symbol().length()));
        families.add(new KeyFamily("symbol-and-order", orders, (into, n) -> {
            into.resize(0);
            into.append(symbol).append(":").append(ids[n]);
        }));
        families.add(
                new KeyFamily("tickers", count, (into, n) -> into.setUtf8(n < count - 1 ? ticker(n, symbol) : symbol)));
        families.add(new KeyFamily("isins", count, (into, n) -> into.setUtf8(isin(n))));
        families.add(new KeyFamily("uuids", count, (into, n) -> {
            SplittableRandom random = new SplittableRandom(n);
            into.setInline(
                    random.nextLong() & ~(0xF0L << 48) | 0x40L << 48,
                    random.nextLong() & ~0xC0L | 0x80L, // version 4, variant 2
                    16);
        }));
        CrcCollisions colliding = new CrcCollisions();
        families.add(new KeyFamily("one-crc", count, colliding::set));
        return families;
    }

    /** Four letters that count up; the real one comes last, and the one that would be it is of another class. */
    private static String ticker(int n, String real) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0, left = n; i < TICKER_LENGTH; i++, left /= LETTERS) {
            letters.insert(0, (char) ('A' + left % LETTERS));
        }
        return letters.compareTo(new StringBuilder(real)) == 0 ? letters + ".B" : letters.toString();
    }

    /** Country, nine characters that count up, and the check digit. */
    private static String isin(int n) {
        StringBuilder text = new StringBuilder("US");
        String body = Integer.toString(n, ALPHABET.length()).toUpperCase(java.util.Locale.ROOT);
        text.append("0".repeat(ISIN_BODY - body.length())).append(body);
        return text.append(checkDigit(text)).toString();
    }

    /** Letters count as two digits, every second digit from the right is doubled, and the sum is filled up to a multiple of ten. */
    static int checkDigit(CharSequence isin) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < isin.length(); i++) {
            digits.append(ALPHABET.indexOf(isin.charAt(i)));
        }
        int sum = 0;
        for (int i = digits.length() - 1, from = 0; i >= 0; i--, from++) {
            int digit = (digits.charAt(i) - '0') * (from % 2 == 0 ? 2 : 1);
            sum += digit / 10 + digit % 10;
        }
        return (10 - sum % 10) % 10;
    }
}
