package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorLogTest {
    @TempDir
    private Path folder;

    @Test
    void shouldKeepEachKindOfErrorOnceWithItsCount() throws IOException {
        Path file = folder.resolve("errors");
        ErrorLog log = ErrorLog.create(file);
        for (int i = 0; i < 1000; i++) {
            assertThat(log.record(new IllegalStateException("always the same"))).isTrue();
        }
        assertThat(log.record(new IOException("another"))).isTrue();
        List<Integer> counts = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        int errors = ErrorLog.read(file, (times, first, last, text) -> {
            assertThat(last).isGreaterThanOrEqualTo(first);
            counts.add(times);
            texts.add(text);
        });
        assertThat(errors).isEqualTo(2);
        assertThat(counts).containsExactly(1000, 1);
        assertThat(texts.get(0)).contains("always the same").contains("ErrorLogTest");
        ErrorLog.create(file);
        assertThat(ErrorLog.read(file, (times, first, last, text) -> {})).isZero();
    }
}
