package io.needletail.bench.micro;

import io.needletail.bench.batch.VectorHandleGets;
import io.needletail.bench.data.Questions;
import io.needletail.memory.CacheLines;
import io.needletail.registry.Registry;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.SlotLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Other ways to get or resolve sixteen with one call, kept to compare with: their instructions are counted. */
public final class BatchTwins {
    private BatchTwins() {}

    /** By key, searched in stages over arrays, with vectors. */
    public static class ByKeyVector extends EmbeddedGetByKeyBatch {
        @Override
        void prepare() throws IOException {
            super.prepare();
            engine.registry().searchWithVectors();
        }
    }

    /** The same without vectors. */
    public static class ByKeyScalar extends EmbeddedGetByKeyBatch {
        @Override
        void prepare() throws IOException {
            super.prepare();
            engine.registry().searchWithoutVectors();
        }
    }

    /** Keys to handles alone, by the search that is the engine's own; what a handle names is read by a bare load. */
    public static class Resolve extends EmbeddedGetByKeyBatch {
        @Override
        void run(Batch asked) {
            engine.resolve(asked, false);
        }

        @Override
        long answer(int index) {
            checkIsOk(batch.status(index));
            return load(engine.registry(), batch.entry(index).handle());
        }
    }

    /** Keys to handles with vectors. */
    public static class ResolveVector extends Resolve {
        @Override
        void prepare() throws IOException {
            super.prepare();
            engine.registry().searchWithVectors();
        }
    }

    /** Keys to handles without. */
    public static class ResolveScalar extends Resolve {
        @Override
        void prepare() throws IOException {
            super.prepare();
            engine.registry().searchWithoutVectors();
        }
    }

    /** By handle, identities compared with vectors; no answer is kept. */
    public static class ByHandleVector extends EmbeddedBatched {
        private VectorHandleGets gets;
        private int first;

        @Override
        void prepare() throws IOException {
            super.prepare();
            gets = new VectorHandleGets(engine.registry(), handles, LENGTH);
        }

        @Override
        void ask() {
            first = next();
            skip(LENGTH - 1);
            if (gets.stale(handles, first, LENGTH) != 0) {
                throw new IllegalStateException("a stale handle");
            }
        }

        @Override
        long answer(int index) {
            return load(engine.registry(), handles[first + index]);
        }
    }

    /** By handle as places, after a call into C has asked for their slots. */
    public static class ByHandleNative extends EmbeddedViews {
        private long firstSlot;

        @Override
        void prepare() throws IOException {
            super.prepare();
            firstSlot = engine.registry().slotAddress(0);
        }

        @Override
        void ask() {
            int first = next();
            MemorySegment asked =
                    MemorySegment.ofArray(handles).asSlice((long) first * Long.BYTES, LENGTH * Long.BYTES);
            CacheLines.prefetchSlots(asked, LENGTH, firstSlot, SlotLayout.KEYED_LENGTH);
            engine.get(handles, first, LENGTH, views);
            skip(LENGTH - 1);
        }
    }

    private static long load(Registry registry, long handle) {
        long address = registry.slotAddress(Handle.slot(handle)) + SlotLayout.VALUE_OFFSET;
        return Questions.fold(Bare.load(address), Bare.load(address + Long.BYTES));
    }
}
