package io.needletail.bench.batch;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.Registry;
import io.needletail.registry.view.EntryView;
import io.needletail.registry.view.EntryViews;
import io.needletail.registry.view.ShortKeys;
import io.needletail.registry.view.Status;
import java.util.function.Consumer;

/** Several by key with one call, each value read where it lies; naming the keys and reading all answers counts. */
final class ViewedKeyGets implements BatchedGets {
    private final ShardEngine engine;
    private final int length;
    private final Consumer<Registry> search;
    private final long[] keys;
    private final int mask;
    private final ShortKeys asked = new ShortKeys();
    private final EntryViews views = new EntryViews();
    private int cursor;

    ViewedKeyGets(Asked all, int length, Consumer<Registry> search) {
        assert SOME % length == 0 : "length=" + length;
        engine = all.engine();
        this.length = length;
        this.search = search;
        keys = all.keys();
        mask = all.mask();
    }

    @Override
    public long some() {
        search.accept(engine.registry());
        long sum = 0;
        for (int i = 0; i < SOME; i += length) {
            asked.clear();
            asked.addAll(keys, 2 * (cursor & mask), length, 16);
            cursor += length;
            engine.get(asked, views);
            sum += ViewedAnswers.sum(views);
        }
        return sum;
    }

    /** One after the other. */
    static final class Single implements BatchedGets {
        private final ShardEngine engine;
        private final long[] keys;
        private final int mask;
        private final EntryView view = new EntryView();
        private int cursor;

        Single(Asked all) {
            engine = all.engine();
            keys = all.keys();
            mask = all.mask();
        }

        @Override
        public long some() {
            long sum = 0;
            for (int i = 0; i < SOME; i++) {
                int place = 2 * (cursor++ & mask);
                int status = engine.get(keys[place], keys[place + 1], 16, view);
                if (status != Status.OK) {
                    throw new IllegalStateException("answered " + Status.name(status));
                }
                sum += view.word0() ^ view.word1();
            }
            return sum;
        }
    }
}
