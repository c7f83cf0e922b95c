package io.needletail.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The C kernels of this module, when they are there. The launcher builds them and names the file in the system property
 * {@value #PROPERTY}; without it every caller has a fallback and {@link #reason()} says why.
 */
public final class NativeLibrary {
    /** System property that holds the path of the shared library. */
    public static final String PROPERTY = "needletail.native";

    private static final SymbolLookup SYMBOLS;
    private static final String REASON;

    static {
        SymbolLookup symbols = null;
        String reason = "";
        String path = System.getProperty(PROPERTY, "");
        if (path.isEmpty()) {
            reason = "no native library was built (gcc missing?)";
        } else if (!Files.isReadable(Path.of(path))) {
            reason = "native library not readable: path=" + path;
        } else {
            try {
                symbols = lookup(Path.of(path));
            } catch (IllegalArgumentException e) {
                reason = "native library not loadable: " + e.getMessage();
            }
        }
        SYMBOLS = symbols;
        REASON = reason;
    }

    private NativeLibrary() {}

    @SuppressWarnings("restricted") // our own library, named by our own launcher
    private static SymbolLookup lookup(Path path) {
        return SymbolLookup.libraryLookup(path, Arena.global());
    }

    public static boolean isAvailable() {
        return SYMBOLS != null;
    }

    /** Why the library is not available; empty when it is. */
    public static String reason() {
        return REASON;
    }

    @SuppressWarnings("restricted") // the descriptors stand beside the C signatures they mirror
    static Optional<MethodHandle> function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        if (SYMBOLS == null) {
            return Optional.empty();
        }
        return SYMBOLS.find(name).map(address -> Linker.nativeLinker().downcallHandle(address, descriptor, options));
    }
}
