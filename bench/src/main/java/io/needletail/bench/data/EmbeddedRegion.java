package io.needletail.bench.data;

import io.needletail.bench.process.SharedFolders;
import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.SlabLayout;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.RegionStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** A region as an appliance has it, in a file in shared memory, filled with the questions' entries. */
public final class EmbeddedRegion implements AutoCloseable {
    private final RegionStore store;
    private final ShardEngine engine;
    private final long[] handles;

    private EmbeddedRegion(RegionStore store, long[] handles) {
        this.store = store;
        this.engine = store.engine();
        this.handles = handles;
    }

    /** In a file whose name is gone as soon as it is mapped, so that a process that is killed leaves nothing behind. */
    public static EmbeddedRegion fill(Questions questions, long ringLength) throws IOException {
        return fill(questions, ringLength, Bytes.INLINE_LENGTH);
    }

    /** The same with values of so many bytes, zero behind the first sixteen. */
    public static EmbeddedRegion fill(Questions questions, long ringLength, int valueLength) throws IOException {
        Path folder = SharedFolders.create("bench");
        Path file = folder.resolve("region");
        RegionStore store = open(file, sizing(questions.entries(), valueLength, ringLength));
        Files.delete(file);
        Files.delete(folder);
        return new EmbeddedRegion(store, insertAll(store.engine(), questions, valueLength));
    }

    /** With a block for each value that does not fit into its slot. */
    private static RegionSizing sizing(int entries, int valueLength, long ringLength) {
        long[] blocks = new long[SlabLayout.CLASSES];
        if (valueLength > Bytes.INLINE_LENGTH) {
            blocks[SlabLayout.classFor(valueLength)] = entries;
        }
        return new RegionSizing(entries, 0, Bytes.INLINE_LENGTH, valueLength, blocks, ringLength);
    }

    /** The same without an entry. */
    public static EmbeddedRegion empty(int entries, long ringLength) throws IOException {
        return empty(entries, 0, ringLength);
    }

    /** The same with room for entries without a key only, and a single one with. */
    public static EmbeddedRegion anonymous(int entries, long ringLength) throws IOException {
        return empty(1, entries, ringLength);
    }

    private static EmbeddedRegion empty(int keyed, int anonymous, long ringLength) throws IOException {
        Path folder = SharedFolders.create("bench");
        Path file = folder.resolve("region");
        RegionStore store = open(file, keyed, anonymous, ringLength);
        Files.delete(file);
        Files.delete(folder);
        return new EmbeddedRegion(store, new long[0]);
    }

    /** In a new file, for other processes to read. */
    public static EmbeddedRegion fillIn(Path file, Questions questions, long ringLength) throws IOException {
        RegionStore store = open(file, questions.entries(), 0, ringLength);
        return new EmbeddedRegion(store, insertAll(store.engine(), questions, Bytes.INLINE_LENGTH));
    }

    private static RegionStore open(Path file, int keyed, int anonymous, long ringLength) throws IOException {
        return open(file, new RegionSizing(keyed, anonymous, 16, 16, new long[SlabLayout.CLASSES], ringLength));
    }

    private static RegionStore open(Path file, RegionSizing sizing) throws IOException {
        RegionStore store = RegionStore.open(file, sizing);
        store.engine().serve();
        return store;
    }

    private static long[] insertAll(ShardEngine engine, Questions questions, int valueLength) {
        long[] handles = new long[questions.entries()];
        Key key = new Key();
        Value value = new Value(valueLength);
        value.resize(valueLength);
        Entry entry = new Entry(valueLength);
        for (int i = 0; i < handles.length; i++) {
            key.setInline(questions.key0(i), questions.key1(i), 16);
            value.putLong(0, questions.value0(i));
            value.putLong(Long.BYTES, questions.value1(i));
            int status = engine.insert(key, value, entry);
            if (status != Status.OK) {
                throw new IllegalStateException("entry=" + i + " status=" + Status.name(status));
            }
            handles[i] = entry.handle();
        }
        return handles;
    }

    public ShardEngine engine() {
        return engine;
    }

    /** For who reads beside the engine. */
    public MemorySegment segment() {
        return store.segment();
    }

    /** By entry, not by question. */
    public long[] handles() {
        return handles;
    }

    @Override
    public void close() throws IOException {
        store.close();
    }
}
