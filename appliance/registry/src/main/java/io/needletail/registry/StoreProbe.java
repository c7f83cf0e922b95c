package io.needletail.registry;

/**
 * The tests' hook between any two stores of append and apply: it is called before each store and may throw, which leaves
 * memory as a process leaves it that was killed there; or take down what is about to change. Off, and folded away by the JIT, unless the system property
 * {@value #PROPERTY} is true when this class is loaded.
 */
public final class StoreProbe {
    public static final String PROPERTY = "needletail.storeProbe";

    static final boolean ENABLED = Boolean.getBoolean(PROPERTY);

    /** Is told of a store before it happens. */
    @FunctionalInterface
    public interface Hook {
        void beforeStore(long address, long lengthBytes);
    }

    private static final Hook NOBODY = (address, lengthBytes) -> {};

    private static Hook hook = NOBODY;

    private StoreProbe() {}

    public static boolean isEnabled() {
        return ENABLED;
    }

    /** Installs the hook; tests only, one thread. */
    public static void install(Hook newHook) {
        assert ENABLED : "set -D" + PROPERTY + "=true";
        hook = newHook;
    }

    /** Nobody is told any more. */
    public static void remove() {
        hook = NOBODY;
    }

    static void beforeStore(long address, long lengthBytes) {
        hook.beforeStore(address, lengthBytes);
    }
}
