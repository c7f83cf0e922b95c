package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine without gcc: the appliance runs without its native library and says so. */
class PureJavaTest {
    private static final long TIMEOUT_NS = 20_000_000_000L;

    @Test
    void shouldServeWithoutTheNativeLibraryAndLogWhy(@TempDir Path folder) throws Exception {
        ProcessBuilder builder = ApplianceProcess.launcher(
                List.of("start", "--dir", folder.toString(), "--set", "keyed-slots=4096", "--profile", "latency"));
        builder.environment().put("NEEDLETAIL_NATIVE", "");
        Process process = builder.redirectErrorStream(true).start();
        try (BufferedReader output = process.inputReader()) {
            String line = output.readLine();
            while (line != null && !line.startsWith("ready")) {
                line = output.readLine();
            }
            assertThat(line).isNotNull();
            try (BlockingSession session = BlockingSession.connect(folder, TIMEOUT_NS)) {
                Entry entry = new Entry(64);
                Value value = new Value(64);
                value.setUtf8("without");
                assertThat(session.put(new Key("pure"), value, entry)).isEqualTo(Status.OK);
                assertThat(session.get(entry.handle(), entry)).isEqualTo(Status.OK);
                assertThat(entry.value().toUtf8()).isEqualTo("without");
            }
            assertThat(Files.readString(folder.resolve("log/appliance.log")))
                    .contains("pure Java: no native library was built")
                    .contains("memory of shard 0: ");
        } finally {
            process.destroy();
            assertThat(process.waitFor()).isZero();
            ApplianceProcess.remove(folder);
        }
    }
}
