package io.needletail.journal;

import java.io.IOException;
import java.util.List;

/** The folder that a journal's files lie in. The simulated twin loses, tears and reorders what was not forced. */
public interface JournalFiles {
    /** Of the files whose creation was completed, in the order of their names. */
    List<String> names() throws IOException;

    /**
     * Makes a file of zeros; when this returns, file and name survive loss of power.
     *
     * @throws IOException with nothing left behind, also when there is no room
     */
    StoredFile create(String name, long lengthBytes, FirstBytes first) throws IOException;

    /** Opens a file for its one writer. */
    StoredFile open(String name) throws IOException;

    /** Returns when its name is gone for good; who has it open can go on. */
    void delete(String name) throws IOException;

    /** What a new file begins with, written before anybody can find it. */
    @FunctionalInterface
    interface FirstBytes {
        void write(long address);
    }
}
