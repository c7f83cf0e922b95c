package io.needletail.bench.micro;

/** What asking costs: the next handle of the order, and no entry. */
public class LoadOrder extends Subject {
    private long[] handles;

    @Override
    void prepare() {
        handles = new long[entries];
        for (int place = 0; place < entries; place++) {
            handles[place] = questions.expected(place);
        }
    }

    @Override
    long operation() {
        return handles[next()];
    }
}
