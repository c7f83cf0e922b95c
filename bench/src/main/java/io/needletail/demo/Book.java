package io.needletail.demo;

import java.util.TreeMap;
import org.agrona.collections.Long2ObjectHashMap;

/** The live orders of one symbol and, from them alone, the best price of each side. */
final class Book {
    private final Long2ObjectHashMap<Order> orders = new Long2ObjectHashMap<>(1 << 16, 0.6f);
    /** Orders a price level; a TreeMap because levels come and go rarely compared with orders. */
    private final TreeMap<Long, int[]> bids = new TreeMap<>();

    private final TreeMap<Long, int[]> asks = new TreeMap<>();

    Order find(long id) {
        return orders.get(id);
    }

    /** The order, new or replaced. */
    Order place(long id, long price, int size, int side) {
        Order order = orders.get(id);
        if (order == null) {
            order = new Order(id);
            orders.put(id, order);
        } else {
            leave(order);
        }
        order.price = price;
        order.size = size;
        order.side = side;
        levels(side).computeIfAbsent(price, level -> new int[1])[0]++;
        return order;
    }

    void remove(Order order) {
        leave(order);
        orders.remove(order.id);
    }

    private void leave(Order order) {
        TreeMap<Long, int[]> levels = levels(order.side);
        int[] count = levels.get(order.price);
        if (--count[0] == 0) {
            levels.remove(order.price);
        }
    }

    private TreeMap<Long, int[]> levels(int side) {
        return side == Tape.BUY ? bids : asks;
    }

    long bestBid() {
        return bids.isEmpty() ? 0 : bids.lastKey();
    }

    long bestAsk() {
        return asks.isEmpty() ? 0 : asks.firstKey();
    }

    Iterable<Order> live() {
        return orders.values();
    }
}
