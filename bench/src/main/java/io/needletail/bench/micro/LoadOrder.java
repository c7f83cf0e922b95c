package io.needletail.bench.micro;

/** What asking costs: the next handle of the order, and no entry. */
public class LoadOrder extends Subject {
    private long[] handles;

    @Override
    void prepare() {
        handles = new long[questions.mask() + 1];
        for (int place = 0; place < handles.length; place++) {
            handles[place] = questions.expected(place);
        }
    }

    @Override
    long operation() {
        return handles[next()];
    }
}
