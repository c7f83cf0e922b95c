package io.needletail.journal;

import io.needletail.memory.MappedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A journal's files to be looked at, whoever writes to them. For one thread. */
final class KeptJournalFiles implements JournalFiles {
    private final Path folder;

    KeptJournalFiles(Path folder) {
        this.folder = folder;
    }

    @Override
    public List<String> names() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(JournalLayout::isName)
                    .sorted()
                    .toList();
        }
    }

    @Override
    public StoredFile open(String name) throws IOException {
        MappedFile mapped = MappedFile.openReadOnly(folder.resolve(name));
        return new StoredFile() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public long lengthBytes() {
                return mapped.lengthBytes();
            }

            @Override
            public long address() {
                return mapped.segment().address();
            }

            @Override
            public void force() {
                throw new UnsupportedOperationException("it is only looked at");
            }

            @Override
            public void close() throws IOException {
                mapped.close();
            }
        };
    }

    @Override
    public StoredFile create(String name, long lengthBytes, FirstBytes first) {
        throw new UnsupportedOperationException("it is only looked at");
    }

    @Override
    public void delete(String name) {
        throw new UnsupportedOperationException("it is only looked at");
    }
}
