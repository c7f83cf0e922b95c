package io.needletail.journal.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Snapshots to be looked at, whoever takes others. */
public final class KeptSnapshots implements SnapshotFiles {
    private final Path folder;

    public KeptSnapshots(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(SnapshotLayout::isName)
                    .sorted()
                    .toList();
        }
    }

    @Override
    public Stored open(String name) throws IOException {
        return ReadSnapshot.open(folder.resolve(name));
    }

    @Override
    public Unfinished begin(long lengthBytes) {
        throw new UnsupportedOperationException("they are only looked at");
    }

    @Override
    public void delete(String name) {
        throw new UnsupportedOperationException("they are only looked at");
    }
}
