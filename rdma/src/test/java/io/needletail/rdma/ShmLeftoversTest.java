package io.needletail.rdma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShmLeftoversTest {
    @TempDir
    private Path folder;

    @Test
    void shouldRemoveWhatAProcessOfThisNumberLeftAndNothingElse() throws IOException {
        for (String name : new String[] {"12:0:0", "12:1000:17", "12:0:x", "12:0", "123:0:0", "1:12:0", "needletail"}) {
            Files.createFile(folder.resolve(name));
        }
        ShmLeftovers.remove(folder, 12);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("12:0:x", "12:0", "123:0:0", "1:12:0", "needletail");
        }
        ShmLeftovers.remove(folder.resolve("none"), 12);
    }
}
