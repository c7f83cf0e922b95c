package io.needletail.rdma;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The C shim over libfabric, when it is there: the launcher builds it where libfabric's headers are, and names the file in the system
 * property {@value #PROPERTY}. Operations are critical calls: the thread does not leave Java for the JVM, which an operation of some
 * hundred nanoseconds would notice.
 */
final class FabricLibrary {
    static final String PROPERTY = "needletail.fabric";
    /** How to get it. */
    static final String REMEDY =
            "install libfabric with: apt-get install libfabric-dev, and start again, which builds the rest";

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final Linker.Option QUICK = Linker.Option.critical(false);
    private static final SymbolLookup SYMBOLS;
    private static final String REASON;

    static {
        SymbolLookup symbols = null;
        String reason = "";
        String path = System.getProperty(PROPERTY, "");
        if (path.isEmpty() || !Files.isReadable(Path.of(path))) {
            reason = "there is no libfabric here; " + REMEDY;
        } else {
            try {
                symbols = lookup(Path.of(path));
                String fault = load(symbols);
                symbols = fault == null ? symbols : null;
                reason = fault == null ? "" : "libfabric cannot be loaded: " + fault + "; " + REMEDY;
            } catch (IllegalArgumentException e) {
                reason = "the shim over libfabric cannot be loaded: " + e.getMessage() + "; " + REMEDY;
            }
        }
        SYMBOLS = symbols;
        REASON = reason;
    }

    static final MethodHandle PROVIDERS = function("nt_fabric_providers", FunctionDescriptor.of(INT, LONG, LONG));
    static final MethodHandle OPEN = function("nt_fabric_open", FunctionDescriptor.of(INT, LONG, LONG, LONG));
    static final MethodHandle DESCRIBE = function("nt_fabric_describe", FunctionDescriptor.ofVoid(LONG, LONG));
    static final MethodHandle CLOSE = function("nt_fabric_close", FunctionDescriptor.of(INT, LONG));
    static final MethodHandle ERROR = function("nt_fabric_error", FunctionDescriptor.of(ValueLayout.ADDRESS, INT));
    static final MethodHandle REGION_OPEN =
            function("nt_region_open", FunctionDescriptor.of(INT, LONG, LONG, LONG, INT, LONG, LONG, LONG));
    static final MethodHandle REGION_CLOSE = function("nt_region_close", FunctionDescriptor.of(INT, LONG));
    static final MethodHandle ENDPOINT_OPEN = function("nt_endpoint_open", FunctionDescriptor.of(INT, LONG, INT, LONG));
    static final MethodHandle ENDPOINT_ADDRESS =
            function("nt_endpoint_address", FunctionDescriptor.of(LONG, LONG, LONG, LONG));
    static final MethodHandle ENDPOINT_CONNECT =
            function("nt_endpoint_connect", FunctionDescriptor.of(INT, LONG, LONG, LONG));
    static final MethodHandle ENDPOINT_CLOSE = function("nt_endpoint_close", FunctionDescriptor.of(INT, LONG));
    static final MethodHandle IN_FLIGHT = function("nt_endpoint_in_flight", FunctionDescriptor.of(INT, LONG), QUICK);
    /** Endpoint, local address, length, region, peer, remote address, key, context. */
    private static final FunctionDescriptor OPERATION =
            FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG);

    static final MethodHandle WRITE = function("nt_write", OPERATION, QUICK);
    static final MethodHandle READ = function("nt_read", OPERATION, QUICK);
    /** Endpoint, parts, count, local memory, region, peer, remote memory, key, context. */
    static final MethodHandle READ_PARTS = function(
            "nt_read_parts", FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG), QUICK);

    static final MethodHandle POLL = function("nt_poll", FunctionDescriptor.of(LONG, LONG, LONG, LONG), QUICK);

    private FabricLibrary() {}

    @SuppressWarnings("restricted") // our own library, named by our own launcher
    private static SymbolLookup lookup(Path path) {
        return SymbolLookup.libraryLookup(path, Arena.global());
    }

    /** Why it cannot be loaded, or null. */
    @SuppressWarnings("restricted") // as below
    private static String load(SymbolLookup symbols) {
        try {
            MemorySegment fault = (MemorySegment) Linker.nativeLinker()
                    .downcallHandle(symbols.findOrThrow("nt_fabric_load"), FunctionDescriptor.of(ValueLayout.ADDRESS))
                    .invokeExact();
            return fault.address() == 0 ? null : readable(fault).getString(0);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    @SuppressWarnings("restricted") // the descriptors mirror the C signatures
    private static MethodHandle function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return SYMBOLS == null
                ? null
                : Linker.nativeLinker().downcallHandle(SYMBOLS.findOrThrow(name), descriptor, options);
    }

    static boolean isAvailable() {
        return SYMBOLS != null;
    }

    /** Why it is not there and how to get it; empty when it is. */
    static String reason() {
        return REASON;
    }

    /** A call that cannot throw in fact. */
    static IllegalStateException impossible(Throwable e) {
        return new IllegalStateException("libfabric", e);
    }

    static String errorText(int code) {
        try {
            MemorySegment text = (MemorySegment) ERROR.invokeExact(code);
            return readable(text).getString(0);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    @SuppressWarnings("restricted") // a string of libfabric's own, which ends with a zero
    private static MemorySegment readable(MemorySegment text) {
        return text.reinterpret(Integer.MAX_VALUE);
    }
}
