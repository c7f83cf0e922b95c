package io.needletail.bench.sharing;

import java.util.List;

/**
 * Who writes what, how fast, and what the reader reads meanwhile.
 *
 * @param written the place that the owner writes, or {@link #NOTHING}
 * @param rate puts a second; 0 for as many as it can
 * @param read the place that the reader reads, or {@link #NOTHING}
 * @param fresh whether only gets count that see a version for the first time
 */
public record Scene(String name, int written, double rate, int read, boolean fresh) {
    static final int NOTHING = -1;

    /** Two entries with keys have a cache line each; two anonymous ones share one, the third stands in the next. */
    static final int KEYED = 0;

    static final int OTHER_KEYED = 1;
    static final int ANONYMOUS = 2;
    static final int NEIGHBOUR = 3;
    static final int NEXT_LINE = 4;
    static final int PLACES = 5;

    static final List<Scene> ALL = List.of(
            new Scene("reader.hot", NOTHING, 0, KEYED, false),
            new Scene("reader.otherWritten", OTHER_KEYED, 0, KEYED, false),
            new Scene("reader.fresh", KEYED, 200_000, KEYED, true),
            new Scene("reader.updated1M", KEYED, 1e6, KEYED, false),
            new Scene("reader.updated10M", KEYED, 10e6, KEYED, false),
            new Scene("anonymous.nextLineUpdated1M", NEXT_LINE, 1e6, ANONYMOUS, false),
            new Scene("anonymous.neighbourUpdated1M", NEIGHBOUR, 1e6, ANONYMOUS, false),
            new Scene("anonymous.updated1M", ANONYMOUS, 1e6, ANONYMOUS, false),
            new Scene("put.unread", ANONYMOUS, 0, NOTHING, false),
            new Scene("put.nextLineRead", ANONYMOUS, 0, NEXT_LINE, false),
            new Scene("put.neighbourRead", ANONYMOUS, 0, NEIGHBOUR, false),
            new Scene("put.read", ANONYMOUS, 0, ANONYMOUS, false));

    public static List<String> names() {
        return ALL.stream().map(Scene::name).toList();
    }

    boolean reads() {
        return read != NOTHING;
    }

    boolean writes() {
        return written != NOTHING;
    }
}
