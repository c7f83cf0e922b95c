package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
    @TempDir
    private Path folder;

    @Test
    void shouldAppendALineForEachEvent() throws IOException {
        Path file = folder.resolve("log");
        for (String event : new String[] {"first", "second"}) {
            try (EventLog log = EventLog.open(file)) {
                log.write(event);
                assertThat(log.lostLines()).isZero();
            }
        }
        assertThat(Files.readAllLines(file)).hasSize(2).allMatch(line -> line.matches("\\S+Z (first|second)"));
    }

    @Test
    void shouldGoOnAndCountWhenTheDiskIsFull() throws IOException {
        try (EventLog log = EventLog.open(Path.of("/dev/full"))) {
            log.write("one");
            log.write("two");
            assertThat(log.lostLines()).isEqualTo(2);
        }
    }
}
