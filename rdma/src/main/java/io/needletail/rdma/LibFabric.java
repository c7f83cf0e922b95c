package io.needletail.rdma;

import static io.needletail.rdma.FabricLayouts.offset;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;

/** libfabric, one provider of it. Opened, and closed, by one thread; each of its endpoints has its own. */
public final class LibFabric implements Fabric {
    private static final int PROVIDERS_LENGTH = 8192;
    private static final long PAGE = 4096;
    private static final SecureRandom KEYS = new SecureRandom();

    private final long handle;
    private final FabricDescription description;
    private boolean isClosed;

    private LibFabric(long handle) {
        this.handle = handle;
        description = describe(handle);
    }

    /** Whether libfabric is here. */
    public static boolean isAvailable() {
        return FabricLibrary.isAvailable();
    }

    /** Why not, and how to get it; empty when it is. */
    public static String reason() {
        return FabricLibrary.reason();
    }

    /** Providers that have all that is needed on this machine, as libfabric orders them. */
    public static List<String> providers() {
        require();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment names = arena.allocate(PROVIDERS_LENGTH);
            check("looking for providers", (int)
                    FabricLibrary.PROVIDERS.invokeExact(names.address(), (long) PROVIDERS_LENGTH));
            return names.getString(0).lines().toList();
        } catch (FabricException e) {
            throw e;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }

    /**
     * Opens a provider.
     *
     * @param node the local address that peers reach this side at, where the provider goes over IP; empty for its choice
     * @throws FabricException when it is not there, with those that are
     */
    public static LibFabric open(String provider, String node) {
        require();
        ShmLeftovers.removeOnce();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment opened = arena.allocate(ValueLayout.JAVA_LONG);
            int code = (int) FabricLibrary.OPEN.invokeExact(
                    arena.allocateFrom(provider).address(),
                    arena.allocateFrom(node).address(),
                    opened.address());
            if (code != 0) {
                throw new FabricUnavailableException("provider " + provider + (node.isEmpty() ? "" : " at " + node)
                        + ": " + FabricLibrary.errorText(code) + "; there are: " + String.join(", ", providers()));
            }
            return new LibFabric(opened.get(ValueLayout.JAVA_LONG, 0));
        } catch (FabricException e) {
            throw e;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }

    private static void require() {
        if (!isAvailable()) {
            throw new FabricUnavailableException("one-sided remote memory is off: " + reason());
        }
    }

    private static FabricDescription describe(long handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment at = arena.allocate(FabricLayouts.DESCRIPTION);
            FabricLibrary.DESCRIBE.invokeExact(handle, at.address());
            int version = integer(at, "version");
            return new FabricDescription(
                    text(at, "provider"),
                    text(at, "fabric"),
                    text(at, "domain"),
                    text(at, "library"),
                    (version >>> 16) + "." + (version & 0xFFFF),
                    word(at, "inject_length"),
                    limit(word(at, "most_length")),
                    integer(at, "registration_mode"),
                    integer(at, "key_length"),
                    (int) word(at, "most_parts"),
                    integer(at, "progress_by_target") != 0);
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }

    private static String text(MemorySegment description, String member) {
        return description.getString(offset(FabricLayouts.DESCRIPTION, member), StandardCharsets.UTF_8);
    }

    private static long word(MemorySegment description, String member) {
        return description.get(ValueLayout.JAVA_LONG, offset(FabricLayouts.DESCRIPTION, member));
    }

    /** Where there is none, libfabric says the highest number that C has. */
    private static long limit(long unsigned) {
        return unsigned < 0 ? Long.MAX_VALUE : unsigned;
    }

    private static int integer(MemorySegment description, String member) {
        return description.get(ValueLayout.JAVA_INT, offset(FabricLayouts.DESCRIPTION, member));
    }

    static void check(String what, long code) {
        if (code < 0) {
            throw new FabricException(what + ": " + FabricLibrary.errorText((int) code));
        }
    }

    @Override
    public FabricDescription description() {
        return description;
    }

    @Override
    public Endpoint endpoint(int window) {
        requireOpen();
        if (window < 1 || window > LibFabricEndpoint.MOST_IN_FLIGHT) {
            throw new IllegalArgumentException("window=" + window + ", at most " + LibFabricEndpoint.MOST_IN_FLIGHT);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment opened = arena.allocate(ValueLayout.JAVA_LONG);
            check("opening an endpoint", (int)
                    FabricLibrary.ENDPOINT_OPEN.invokeExact(handle, window, opened.address()));
            return new LibFabricEndpoint(opened.get(ValueLayout.JAVA_LONG, 0), description.mostParts());
        } catch (FabricException e) {
            throw e;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }

    @Override
    public RegisteredRegion local(MemorySegment memory) {
        return register(memory, Access.LOCAL);
    }

    @Override
    public RegisteredRegion scratch(long lengthBytes) {
        return register(Arena.global().allocate(lengthBytes, PAGE), Access.LOCAL);
    }

    @Override
    public RegisteredRegion readable(MemorySegment memory) {
        return register(memory, Access.REMOTE_READ);
    }

    @Override
    public RegisteredRegion ring(long lengthBytes) {
        return register(Arena.global().allocate(lengthBytes, PAGE), Access.REMOTE_WRITE);
    }

    private RegisteredRegion register(MemorySegment memory, Access access) {
        requireOpen();
        if (!memory.isNative() || memory.byteSize() == 0) {
            throw new IllegalArgumentException("not memory outside the heap: " + memory);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment opened = arena.allocate(ValueLayout.JAVA_LONG);
            MemorySegment place = arena.allocate(FabricLayouts.REGION_PLACE);
            check("registering " + memory.byteSize() + " bytes", (int) FabricLibrary.REGION_OPEN.invokeExact(
                    handle,
                    memory.address(),
                    memory.byteSize(),
                    access.bits(),
                    KEYS.nextLong(),
                    opened.address(),
                    place.address()));
            return new LibFabricRegion(
                    opened.get(ValueLayout.JAVA_LONG, 0),
                    memory,
                    access,
                    new RemoteRegion(
                            place.get(ValueLayout.JAVA_LONG, offset(FabricLayouts.REGION_PLACE, "address")),
                            place.get(ValueLayout.JAVA_LONG, offset(FabricLayouts.REGION_PLACE, "key")),
                            memory.byteSize()));
        } catch (FabricException e) {
            throw e;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("the fabric is closed: " + description.provider());
        }
    }

    @Override
    public String errorText(int code) {
        return FabricLibrary.errorText(code);
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        try {
            check("closing the fabric, of which something is open", (int) FabricLibrary.CLOSE.invokeExact(handle));
            isClosed = true;
        } catch (FabricException e) {
            throw e;
        } catch (Throwable e) {
            throw FabricLibrary.impossible(e);
        }
    }
}
