package io.needletail.demo;

/** A live order as the feed handler has stored it. */
final class Order {
    final long id;
    long price;
    int size;
    int side;
    /** 0 until the first write was acknowledged; until then it is written by key. */
    long handle;

    Order(long id) {
        this.id = id;
    }
}
