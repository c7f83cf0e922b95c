package io.needletail.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * What the demo must write for a file, from the rules alone and in the plainest way: one sorted map of orders, and the best
 * prices found by looking at all of them when they may have changed. Shares no code with the demo.
 */
final class DemoOracle {
    private final TreeMap<Long, long[]> orders = new TreeMap<>(); // id -> price, size, side
    private final StringBuilder topOfBook = new StringBuilder();
    private long events;
    private long ignored;
    private long unknown;
    private long bid;
    private long ask;

    static DemoOracle of(Path file) throws IOException {
        DemoOracle oracle = new DemoOracle();
        for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\r?\n")) {
            if (!line.isEmpty()) {
                oracle.take(line.split(","));
            }
        }
        return oracle;
    }

    private void take(String[] f) {
        events++;
        int type = Integer.parseInt(f[1]);
        long id = Long.parseLong(f[2]);
        long size = Long.parseLong(f[3]);
        long price = Long.parseLong(f[4]);
        if (type == 1) {
            long[] old = orders.put(id, new long[] {price, size, f[5].equals("1") ? 1 : 2});
            changed(old);
            changed(orders.get(id));
        } else if (type == 2 || type == 3 || type == 4) {
            long[] order = orders.get(id);
            if (order == null) {
                unknown++;
            } else if (type == 3 || order[1] - size <= 0) {
                orders.remove(id);
                changed(order);
            } else {
                order[1] -= size;
            }
        } else {
            ignored++;
        }
        topOfBook.append(bid).append(',').append(ask).append('\n');
    }

    /** Looks again for the best price of a side when an order at it or beyond it came or went. */
    private void changed(long[] order) {
        if (order == null) {
            return;
        }
        if (order[2] == 1 && order[0] >= bid || order[2] == 2 && (order[0] <= ask || ask == 0) || bid == 0) {
            bid = orders.values().stream()
                    .filter(o -> o[2] == 1)
                    .mapToLong(o -> o[0])
                    .max()
                    .orElse(0);
            ask = orders.values().stream()
                    .filter(o -> o[2] == 2)
                    .mapToLong(o -> o[0])
                    .min()
                    .orElse(0);
        }
    }

    String dump() {
        StringBuilder text = new StringBuilder();
        orders.forEach((id, o) -> text.append(id)
                .append(',')
                .append(o[0])
                .append(',')
                .append(o[1])
                .append(',')
                .append(o[2])
                .append('\n'));
        return text.toString();
    }

    String topOfBook() {
        return topOfBook.toString();
    }

    long events() {
        return events;
    }

    long ignored() {
        return ignored;
    }

    long unknown() {
        return unknown;
    }
}
