package io.needletail.memory;

import java.io.IOException;
import java.nio.file.Path;

/** What was written is not on its medium, and a force that is made again would not bring it there: nothing may be promised any more. */
public final class ForceFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    public ForceFailedException(Path what, String why, IOException cause) {
        super(what + ": " + why, cause);
    }
}
