package io.needletail.bench.batch;

import io.needletail.registry.view.EntryViews;
import io.needletail.registry.view.Status;

/** Reads what several views show. */
final class ViewedAnswers {
    private ViewedAnswers() {}

    /** The sum of all values, folded; anything but OK is a broken benchmark. */
    static long sum(EntryViews views) {
        long sum = 0;
        for (int i = 0, length = views.length(); i < length; i++) {
            if (views.status(i) != Status.OK) {
                throw new IllegalStateException("answered " + Status.name(views.status(i)));
            }
            sum += views.word0(i) ^ views.word1(i);
        }
        return sum;
    }
}
