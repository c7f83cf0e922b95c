package io.needletail.audit;

import io.needletail.engine.ShardEngine;
import io.needletail.memory.MappedFile;
import io.needletail.registry.RegionFormatter;
import io.needletail.registry.view.RegionSizing;
import io.needletail.testing.ScratchRegion;
import java.io.IOException;
import java.nio.file.Path;

/** A small region in a file, with its engine in this process and readers wherever they are. */
final class FileRegion implements AutoCloseable {
    private final MappedFile file;
    private ShardEngine engine;

    FileRegion(Path path, long seed) throws IOException {
        RegionSizing sizing = ScratchRegion.small();
        file = MappedFile.create(path, RegionFormatter.lengthBytes(sizing));
        RegionFormatter.format(
                file.segment(), sizing, new RegionFormatter.Identity(seed, ~seed, 0, seed * 31, seed, 0));
        attach();
    }

    /** As the next process of the appliance does: a new epoch. */
    ShardEngine attach() {
        engine = ShardEngine.attach(file.segment());
        engine.serve();
        return engine;
    }

    ShardEngine engine() {
        return engine;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
