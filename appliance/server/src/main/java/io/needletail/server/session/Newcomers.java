package io.needletail.server.session;

import java.util.ArrayList;
import java.util.function.Predicate;

/**
 * Publications that have not shown whose they are. One is looked at in a cycle, in turn, so that any number of silent ones
 * costs the sessions no more than one does. For the shard's thread.
 */
final class Newcomers<T> {
    private final ArrayList<T> all = new ArrayList<>();
    private int at;

    void add(T newcomer) {
        all.add(newcomer);
    }

    /** Nothing happens when it is not among them. */
    void remove(T newcomer) {
        all.remove(newcomer);
    }

    void removeIf(Predicate<T> condition) {
        all.removeIf(condition);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    int size() {
        return all.size();
    }

    T get(int index) {
        return all.get(index);
    }

    /** Whose turn it is. Only while there is one. */
    T next() {
        at = at + 1 < all.size() ? at + 1 : 0;
        return all.get(at);
    }
}
