package io.needletail.journal.snapshot;

import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Those in a folder of the file system, which need not be there. */
public class KeptSnapshots implements PublishedSnapshots {
    private final Path folder;

    public KeptSnapshots(Path folder) {
        this.folder = folder;
    }

    final Path folder() {
        return folder;
    }

    @Override
    public final List<String> names() throws IOException {
        return PrivateFiles.names(folder, SnapshotLayout::isName);
    }

    @Override
    public final Stored open(String name) throws IOException {
        return ReadSnapshot.open(folder.resolve(name));
    }
}
