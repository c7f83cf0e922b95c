package io.needletail.bench.micro;

import io.needletail.bench.data.EmbeddedRegion;
import io.needletail.bench.data.Questions;
import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;
import java.io.IOException;
import org.openjdk.jmh.annotations.Param;

/** What the embedded tier's subjects share: a filled region and an entry to read into. */
public abstract class Embedded extends Subject {
    /** The product's default. */
    static final long DEFAULT_RING = 32L << 20;

    @Param("33554432")
    long ring = DEFAULT_RING;

    /** Length of the values; the first sixteen bytes are read. */
    @Param("16")
    int value = 16;

    EmbeddedRegion region;
    ShardEngine engine;
    long[] handles;
    Entry entry = new Entry(16);

    @Override
    void prepare() throws IOException {
        region = EmbeddedRegion.fill(questions, ring, value);
        entry = new Entry(value);
        engine = region.engine();
        handles = questions.inOrder(region.handles());
    }

    /** The value that was read, folded; anything but OK is a broken benchmark. */
    final long value(int status) {
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
        return Questions.fold(entry.value().word0(), entry.value().word1());
    }

    @Override
    void dispose() throws IOException {
        region.close();
    }
}
