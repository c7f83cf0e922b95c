package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.server.config.Configuration;
import io.needletail.server.limits.Limit;
import io.needletail.server.limits.LimitTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class LimitTableTest {
    private final Configuration defaults = Configuration.of(new Properties(), null, List.of());

    @Test
    void shouldMatchTheTableInTheDocumentation() throws IOException {
        Path document = Path.of(System.getProperty("needletail.home"), "appliance/server/LIMITS.md");
        assertThat(Files.readString(document))
                .as("needletail config limits --markdown")
                .contains(LimitTable.markdown(defaults));
    }

    @Test
    void shouldSayWhatEveryLimitIsAndWhatBecomesOfWhoeverAsksForMore() {
        String text = LimitTable.text(defaults);
        for (Limit limit : Limit.values()) {
            assertThat(text)
                    .contains(limit.what())
                    .contains(limit.value(defaults))
                    .contains(limit.beyond().toString());
        }
        assertThat(text.lines()).hasSize(Limit.values().length + 1);
    }

    @Test
    void shouldFollowTheConfiguration() {
        Configuration other = Configuration.of(new Properties(), null, List.of("session-limit=32"));
        assertThat(Limit.SESSIONS.value(other)).isEqualTo("32");
        assertThat(Limit.SESSIONS.value(defaults)).isEqualTo("16");
    }
}
