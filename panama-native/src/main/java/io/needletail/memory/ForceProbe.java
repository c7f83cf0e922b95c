package io.needletail.memory;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The tests' hook at every force by {@link DataSync}, of a file or a folder: what a medium has for certain is what was forced, and a
 * force may fail. For tests only.
 */
public final class ForceProbe {
    /** Is told by the thread that forces. */
    public interface Hook {
        /** @throws IOException to make the force fail; nothing has been brought to the medium by it */
        default void beforeForce(Path what) throws IOException {}

        /** Everything written to it before, of a folder its names, is on the medium. */
        default void afterForce(Path what) throws IOException {}
    }

    static final Hook NOBODY = new Hook() {};

    private static volatile Hook hook = NOBODY;

    private ForceProbe() {}

    public static void install(Hook newHook) {
        hook = newHook;
    }

    /** Nobody is told any more. */
    public static void remove() {
        hook = NOBODY;
    }

    static Hook hook() {
        return hook;
    }
}
