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
    void shouldLeaveOutAndCountWhatIsTooMuchForASecond() throws IOException {
        Path file = folder.resolve("log");
        try (EventLog log = EventLog.open(file)) {
            for (int i = 0; i < 3 * EventLog.MAX_LINES_A_SECOND; i++) {
                log.write("the same again");
            }
            assertThat(log.lostLines()).isBetween(1L, 2L * EventLog.MAX_LINES_A_SECOND);
            Await.until("the next second, which says so", 5_000, () -> {
                log.write("later");
                return text(file).contains(" lines left out: more than 200 a second");
            });
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
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
