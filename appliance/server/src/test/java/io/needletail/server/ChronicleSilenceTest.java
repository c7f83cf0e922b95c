package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Chronicle sends statistics home and watches disks unless it is told not to: neither is on the class path or running. */
class ChronicleSilenceTest {
    @Test
    void shouldNotHaveTheAnalyticsOnTheClassPath() throws IOException {
        assertThat(classExists("net.openhft.chronicle.analytics.Analytics")).isFalse();
        for (String classPath : new String[] {"lib", "audit", "bench"}) {
            Path folder = Path.of(System.getProperty("needletail.home"), "target", "dist", classPath);
            try (var jars = Files.list(folder)) {
                assertThat(jars.map(jar -> jar.getFileName().toString()).toList())
                        .noneMatch(name -> name.contains("analytics"))
                        .anyMatch(name -> name.startsWith("affinity"));
            }
        }
    }

    @Test
    void shouldSwitchStatisticsAndDiskMonitorOffInTheLauncher() throws IOException {
        List<String> launcher = Files.readAllLines(Path.of(System.getProperty("needletail.home"), "needletail"));
        assertThat(launcher).anyMatch(line -> line.contains("-Dchronicle.analytics.disable=true"));
        assertThat(launcher).anyMatch(line -> line.contains("-Dchronicle.disk.monitor.disable=true"));
    }

    @Test
    void shouldRunNoThreadOfChronicle() {
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName()
                                .toLowerCase(java.util.Locale.ROOT)
                                .contains("chronicle")
                        || thread.getName().toLowerCase(java.util.Locale.ROOT).contains("disk-space"));
    }

    private static boolean classExists(String name) {
        try {
            Class.forName(name, false, ChronicleSilenceTest.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
