package io.needletail.pmem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.needletail.memory.LineWriteBack;
import io.needletail.memory.MappedFile;
import io.needletail.memory.SyncMapping;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersistentPlaceTest {
    private static final long LENGTH = 1 << 16;

    @TempDir
    private Path folder;

    @BeforeEach
    void needTheInstruction() {
        assumeTrue(LineWriteBack.best().isPresent(), "no native library, or no instruction");
    }

    @Test
    void shouldRefuseADaxPlaceOnAnOrdinaryFileSystem() throws IOException {
        PersistentPlace place = PersistentPlace.dax();
        assertThat(place.isEmulated()).isFalse();
        assertThatThrownBy(() -> MappedFile.create(folder.resolve("file"), LENGTH, place.mapping()))
                .isInstanceOf(SyncMapping.RefusedException.class)
                .hasMessageContaining("is not on a DAX file system");
    }

    @Test
    void shouldSayWhatItIsAndHowLinesGetThere() throws IOException {
        assertThat(PersistentPlace.emulated().describe())
                .startsWith(
                        "EMULATED persistent memory (" + LineWriteBack.best().orElseThrow())
                .contains("no power loss is survived");
        assertThat(PersistentPlace.dax().describe()).startsWith("persistent memory on DAX (MAP_SYNC, ");
        assertThat(PersistentPlace.emulated().memory().isEmulated()).isTrue();
        assertThat(PersistentPlace.dax().memory().isEmulated()).isFalse();
    }

    @Test
    void shouldWriteBackWhatWasStoredAndLeaveItReadable() throws IOException {
        PersistentPlace place = PersistentPlace.emulated();
        Path path = folder.resolve("file");
        try (MappedFile file = MappedFile.create(path, LENGTH, place.mapping())) {
            PersistentMemory memory = place.memory();
            for (long at = 0; at < LENGTH; at += Long.BYTES) {
                file.segment().set(ValueLayout.JAVA_LONG, at, at * 31);
                memory.flush(file.segment().address() + at, Long.BYTES);
            }
            memory.fence();
        }
        byte[] bytes = Files.readAllBytes(path);
        for (long at = 0; at < LENGTH; at += Long.BYTES) {
            assertThat(MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_LONG_UNALIGNED, at))
                    .isEqualTo(at * 31);
        }
    }

    /** Every instruction that the processor has, over ranges that begin and end anywhere in a line. */
    @Test
    void shouldWriteBackEveryRangeWithEveryInstruction() {
        int tried = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4096, 64);
            for (LineWriteBack instruction : LineWriteBack.values()) {
                if (instruction.isAvailable()) {
                    tried++;
                    for (int from = 0; from < 130; from++) {
                        memory.set(ValueLayout.JAVA_BYTE, from, (byte) from);
                        instruction.writeBack(memory.address() + from, 130 - from);
                        instruction.fence();
                        assertThat(memory.get(ValueLayout.JAVA_BYTE, from)).isEqualTo((byte) from);
                    }
                }
            }
        }
        System.out.println("instructions: " + tried + ", the best is "
                + LineWriteBack.best().orElseThrow());
        assertThat(tried).isPositive();
        assertThat(LineWriteBack.best().orElseThrow().isAvailable()).isTrue();
    }
}
