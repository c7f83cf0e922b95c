package io.needletail.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the C library is asked for: locked and advised memory, checked forces, and layouts that are the C compiler's. */
class LibCTest {
    @TempDir
    private Path folder;

    @Test
    void shouldLayStructsOutAsTheCCompilerDoes() throws Throwable {
        assumeTrue(NativeLibrary.isAvailable(), NativeLibrary.reason());
        var layouts = NativeLibrary.function(
                        "nt_struct_layouts", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS))
                .orElseThrow();
        List<Long> ours = new ArrayList<>();
        add(ours, LibC.RLIMIT, "rlim_cur", "rlim_max");
        add(ours, LibC.TIMESPEC, "tv_sec", "tv_nsec");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG, 64);
            int count = (int) layouts.invokeExact(out);
            List<Long> theirs = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                theirs.add(out.getAtIndex(ValueLayout.JAVA_LONG, i));
            }
            assertThat(ours).isEqualTo(theirs);
        }
    }

    private static void add(List<Long> sizes, StructLayout layout, String... fields) {
        sizes.add(layout.byteSize());
        for (String field : fields) {
            sizes.add(layout.byteOffset(MemoryLayout.PathElement.groupElement(field)));
        }
    }

    @Test
    void shouldLockAdviseAndPopulateMemoryOrSayWhyNot() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(1 << 20, 4096);
            ResidentMemory.Outcome locked = ResidentMemory.lock(memory);
            System.out.println(locked.what());
            assertThat(locked.what()).startsWith(locked.done() ? "locked 1 MiB" : "not locked");
            if (locked.done()) {
                assertThat(lockedKilobytes()).isGreaterThanOrEqualTo(1024);
                assertThat(ResidentMemory.unlock(memory).done()).isTrue();
            }
            assertThat(ResidentMemory.keepOutOfDumps(memory).done()).isTrue();
            assertThat(ResidentMemory.preferHugePages(memory).what()).isNotEmpty();
            memory.set(ValueLayout.JAVA_BYTE, 5_000, (byte) 7);
            assertThat(ResidentMemory.populate(memory, 4096).done()).isTrue();
            assertThat(memory.get(ValueLayout.JAVA_BYTE, 5_000)).isEqualTo((byte) 7);
        }
    }

    @Test
    void shouldNotPopulateWhatHasNoRoom(@TempDir Path folder) throws IOException {
        assumeTrue(LibC.isAvailable());
        try (FileChannel file = FileChannel.open(
                        folder.resolve("cut"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = file.map(FileChannel.MapMode.READ_WRITE, 0, 16 * 4096, arena);
            file.truncate(4096); // pages without a block behind them, as of a full disk
            ResidentMemory.Outcome outcome = ResidentMemory.populate(memory, 4096);
            assertThat(outcome.done()).isFalse();
            assertThat(outcome.what()).startsWith("not populated 0 MiB: EFAULT");
        }
    }

    private static long lockedKilobytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmLck:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    @SuppressWarnings("restricted") // memory that is not there, which only the kernel looks at
    void shouldSayWhatTheKernelSaysWhenMemoryCannotBeLocked() {
        MemorySegment nowhere = MemorySegment.ofAddress(1L << 40).reinterpret(4096);
        ResidentMemory.Outcome outcome = ResidentMemory.lock(nowhere);
        assertThat(outcome.done()).isFalse();
        assertThat(outcome.what()).contains("ENOMEM");
    }

    @Test
    void shouldForceAFileAndCheckTheResult() throws IOException {
        Path file = Files.writeString(folder.resolve("data"), "data");
        try (DataSync sync = DataSync.of(file)) {
            sync.force();
            Files.writeString(file, "more");
            sync.force();
        }
        assertThatThrownBy(() -> DataSync.of(folder.resolve("missing")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ENOENT");
    }

    /** A force that failed is never tried again: the kernel would say that all is well. */
    @Test
    void shouldKeepAFailureForEver() throws IOException {
        try (DataSync sync = DataSync.of(Path.of("/dev/null"))) { // a device that cannot be forced
            assertThatThrownBy(sync::force).isInstanceOf(IOException.class).hasMessageContaining("EINVAL");
            assertThatThrownBy(sync::force)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("a force failed before")
                    .hasRootCauseMessage("/dev/null: fdatasync failed: EINVAL");
        }
    }
}
