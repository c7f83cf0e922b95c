package io.needletail.journal;

import java.io.IOException;

/** A file mapped whole, whose bytes survive loss of power once they were forced. */
public interface StoredFile extends AutoCloseable {
    String name();

    long lengthBytes();

    /** Of its first byte, while it is open. */
    long address();

    /**
     * Returns when everything written before is on the medium. After a failure it fails for ever: what the failed one covered is
     * lost, and nobody can tell what that was.
     */
    void force() throws IOException;

    /** Nobody reads or writes its bytes any more. */
    @Override
    void close() throws IOException;
}
