package io.needletail.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few functions of the C library that Java has no word for. They are there wherever there is a C library: our own native
 * library is not needed. Each answers 0 or the error's number.
 */
final class LibC {
    static final int O_RDWR = 2;
    static final int O_CLOEXEC = 0x80000;
    static final int MADV_HUGEPAGE = 14;
    static final int MADV_DONTDUMP = 16;
    static final int MADV_POPULATE_WRITE = 23;
    static final int PR_SET_TIMERSLACK = 29;
    static final int RLIMIT_MEMLOCK = 8;
    static final int EINVAL = 22;
    static final int PROT_READ_WRITE = 1 | 2;
    static final int MAP_SHARED_VALIDATE = 3;
    /** What the processor has written back to the mapping is in the file, whatever the file system still has to do. */
    static final int MAP_SYNC = 0x80000;

    private static final long MAP_FAILED = -1;
    static final long RLIM_INFINITY = -1L;

    /** {@code struct rlimit}; a test compares it with the C compiler's. */
    static final StructLayout RLIMIT = MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("rlim_cur"), ValueLayout.JAVA_LONG.withName("rlim_max"));
    /** {@code struct timespec}; a test compares it with the C compiler's. */
    static final StructLayout TIMESPEC = MemoryLayout.structLayout(
            ValueLayout.JAVA_LONG.withName("tv_sec"), ValueLayout.JAVA_LONG.withName("tv_nsec"));

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

    private static final MethodHandle MLOCK =
            find("mlock", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    private static final MethodHandle MUNLOCK =
            find("munlock", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    private static final MethodHandle MADVISE = find(
            "madvise",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle OPEN =
            find("open", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            find("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle FDATASYNC =
            find("fdatasync", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle GETRLIMIT =
            find("getrlimit", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    private static final MethodHandle PRCTL =
            find("prctl", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));

    private static final MethodHandle MMAP = find(
            "mmap",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG));

    private LibC() {}

    @SuppressWarnings("restricted") // the descriptors are those of the manual pages
    private static MethodHandle find(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(name)
                .map(address -> linker.downcallHandle(address, descriptor, CAPTURE))
                .orElse(null);
    }

    static boolean isAvailable() {
        return MLOCK != null
                && MUNLOCK != null
                && MADVISE != null
                && OPEN != null
                && CLOSE != null
                && FDATASYNC != null;
    }

    /** With the one argument that the option takes; an error's number where there is no such function. */
    static int prctl(int option, long argument) {
        if (PRCTL == null) {
            return EINVAL;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return code((int) PRCTL.invokeExact(state, option, argument), state);
        } catch (Throwable e) {
            throw new IllegalStateException("prctl", e);
        }
    }

    static int mlock(MemorySegment memory) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return code((int) MLOCK.invokeExact(state, memory, memory.byteSize()), state);
        } catch (Throwable e) {
            throw new IllegalStateException("mlock", e);
        }
    }

    static int munlock(MemorySegment memory) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return code((int) MUNLOCK.invokeExact(state, memory, memory.byteSize()), state);
        } catch (Throwable e) {
            throw new IllegalStateException("munlock", e);
        }
    }

    static int madvise(MemorySegment memory, int advice) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return code((int) MADVISE.invokeExact(state, memory, memory.byteSize(), advice), state);
        } catch (Throwable e) {
            throw new IllegalStateException("madvise", e);
        }
    }

    /** A file descriptor, or the error's number negated. */
    static int open(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int descriptor = (int) OPEN.invokeExact(state, arena.allocateFrom(path), O_RDWR | O_CLOEXEC);
            return descriptor >= 0 ? descriptor : -(int) ERRNO.get(state, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException("open", e);
        }
    }

    static int close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return code((int) CLOSE.invokeExact(state, descriptor), state);
        } catch (Throwable e) {
            throw new IllegalStateException("close", e);
        }
    }

    static int fdatasync(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            return code((int) FDATASYNC.invokeExact(state, descriptor), state);
        } catch (Throwable e) {
            throw new IllegalStateException("fdatasync", e);
        }
    }

    /** Maps a file from its beginning, with MAP_SYNC: the address, or the error's number negated. */
    static long mapSync(int descriptor, long lengthBytes) {
        if (MMAP == null) {
            return -EINVAL;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long address = (long) MMAP.invokeExact(
                    state, 0L, lengthBytes, PROT_READ_WRITE, MAP_SHARED_VALIDATE | MAP_SYNC, descriptor, 0L);
            return address == MAP_FAILED ? -(int) ERRNO.get(state, 0L) : address;
        } catch (Throwable e) {
            throw new IllegalStateException("mmap", e);
        }
    }

    /** The soft limit of locked memory in bytes; {@link #RLIM_INFINITY} without one. */
    static long memoryLockLimit() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment limit = arena.allocate(RLIMIT);
            int failed = (int) GETRLIMIT.invokeExact(state, RLIMIT_MEMLOCK, limit);
            return failed == 0 ? limit.get(ValueLayout.JAVA_LONG, 0) : 0;
        } catch (Throwable e) {
            throw new IllegalStateException("getrlimit", e);
        }
    }

    private static int code(int result, MemorySegment state) {
        return result == 0 ? 0 : (int) ERRNO.get(state, 0L);
    }

    /** What people call an error. */
    static String errorName(int number) {
        return switch (number) {
            case 1 -> "EPERM";
            case 2 -> "ENOENT";
            case 5 -> "EIO";
            case 9 -> "EBADF";
            case 11 -> "EAGAIN";
            case 12 -> "ENOMEM";
            case 13 -> "EACCES";
            case 14 -> "EFAULT";
            case EINVAL -> "EINVAL";
            case 28 -> "ENOSPC";
            case 30 -> "EROFS";
            case 95 -> "EOPNOTSUPP";
            default -> "errno=" + number;
        };
    }
}
