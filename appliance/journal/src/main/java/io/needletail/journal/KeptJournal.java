package io.needletail.journal;

import io.needletail.memory.MappedFile;
import io.needletail.memory.PrivateFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All files of a journal, open to be looked at, whoever writes to them. For one thread. */
final class KeptJournal implements AutoCloseable {
    /** A file may be given up between its listing and its opening. */
    private static final int TRIES = 5;

    private final List<JournalFile> files = new ArrayList<>();

    private KeptJournal() {}

    /** Empty when there is no journal. */
    static KeptJournal open(Path folder) throws IOException {
        for (int tries = 1; ; tries++) {
            KeptJournal journal = new KeptJournal();
            try {
                journal.openAll(folder);
                return journal;
            } catch (NoSuchFileException e) {
                journal.close();
                if (tries == TRIES) {
                    throw e;
                }
            } catch (IOException | RuntimeException e) {
                journal.close();
                throw e;
            }
        }
    }

    static List<String> names(Path folder) throws IOException {
        return PrivateFiles.names(folder, JournalLayout::isName);
    }

    private void openAll(Path folder) throws IOException {
        for (String name : names(folder)) {
            files.add(JournalFile.open(new Kept(name, MappedFile.openReadOnly(folder.resolve(name)))));
        }
        if (!files.isEmpty() && files.getLast().hasGoneOn()) {
            String next = JournalLayout.name(files.getLast().limit());
            if (names(folder).contains(next)) {
                throw new NoSuchFileException(next); // it came meanwhile: once more
            }
            JournalScan.checkThatTheLastIsThere(files);
        }
    }

    List<JournalFile> files() {
        return files;
    }

    @Override
    public void close() throws IOException {
        for (JournalFile file : files) {
            file.close();
        }
    }

    private record Kept(String name, MappedFile mapped) implements StoredFile {
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
    }
}
