package io.needletail.registry;

/**
 * The tests' hook between any two stores of append and apply: it is called before each store and may throw, which leaves
 * memory as a process leaves it that was killed there. Off, and folded away by the JIT, unless the system property
 * {@value #PROPERTY} is true when this class is loaded.
 */
public final class StoreProbe {
    public static final String PROPERTY = "needletail.storeProbe";

    static final boolean ENABLED = Boolean.getBoolean(PROPERTY);

    private static Runnable beforeStore = () -> {};

    private StoreProbe() {}

    public static boolean isEnabled() {
        return ENABLED;
    }

    /** Installs the hook; tests only, one thread. */
    public static void install(Runnable hook) {
        assert ENABLED : "set -D" + PROPERTY + "=true";
        beforeStore = hook;
    }

    static void beforeStore() {
        beforeStore.run();
    }
}
