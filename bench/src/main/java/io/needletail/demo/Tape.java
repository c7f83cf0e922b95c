package io.needletail.demo;

import java.util.Arrays;

/** Order flow in memory, one row an input line, in columns so that a replay allocates nothing. */
final class Tape {
    static final int NEW_ORDER = 1;
    static final int PARTIAL_CANCEL = 2;
    static final int DELETE = 3;
    static final int EXECUTION = 4;

    static final int BUY = 1;
    static final int SELL = 2;

    private final String symbol;
    private long[] timeNs = new long[1024];
    private int[] type = new int[1024];
    private long[] orderId = new long[1024];
    private int[] size = new int[1024];
    private long[] price = new long[1024];
    private byte[] side = new byte[1024];
    private int rows;

    Tape(String symbol) {
        this.symbol = symbol;
    }

    void add(long atNs, int eventType, long id, int shares, long dollars, int bookSide) {
        if (rows == type.length) {
            grow();
        }
        timeNs[rows] = atNs;
        type[rows] = eventType;
        orderId[rows] = id;
        size[rows] = shares;
        price[rows] = dollars;
        side[rows] = (byte) bookSide;
        rows++;
    }

    private void grow() {
        int capacity = rows * 2;
        timeNs = Arrays.copyOf(timeNs, capacity);
        type = Arrays.copyOf(type, capacity);
        orderId = Arrays.copyOf(orderId, capacity);
        size = Arrays.copyOf(size, capacity);
        price = Arrays.copyOf(price, capacity);
        side = Arrays.copyOf(side, capacity);
    }

    String symbol() {
        return symbol;
    }

    int rows() {
        return rows;
    }

    long timeNs(int row) {
        return timeNs[row];
    }

    int type(int row) {
        return type[row];
    }

    long orderId(int row) {
        return orderId[row];
    }

    int size(int row) {
        return size[row];
    }

    long price(int row) {
        return price[row];
    }

    int side(int row) {
        return side[row];
    }

    /** The most keys its replay can have live at a time. */
    long maxKeys() {
        return Arrays.stream(type, 0, rows).filter(t -> t == NEW_ORDER).count() + 1;
    }
}
