package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.server.config.Configuration;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.CoreMap;
import io.needletail.server.config.Option;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("beside-others")
class ConfigurationTest {
    private static Configuration of(String... settings) {
        return Configuration.of(new Properties(), null, List.of(settings));
    }

    @ParameterizedTest
    @EnumSource(Option.class)
    void shouldReadBackEveryOptionAsItIsPrinted(Option option) {
        String printed = option.format(option.defaultValue());
        assertThat(option.parse(printed)).isEqualTo(option.defaultValue());
        assertThat(of().explain()).contains(option.key()).contains(option.help());
        assertThat(of().toProperties()).containsEntry(option.key(), printed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keyed-slots=0",
                "keyed-slots=many",
                "keyed-slots=99999999999999999999",
                "ring-bytes=3m",
                "ring-bytes=33m",
                "slab-bytes=9999999999999g",
                "lease=1",
                "lease=1h",
                "driver=maybe",
                "max-value-length=2m",
                "session-limit=65",
                "udp=10.0.0.1:40123",
                "udp=0.0.0.0:40123",
                "udp=127.0.0.1:0",
                "udp=127.0.0.1",
                "udp=localhost:40123",
                "udp=127.0.0.256:40123",
                "udp=127.0.0.1:65536",
                "fabric=?",
                "fabric-address=/",
                "min-mirrors=1",
                "membership=/tmp/members",
                "no-such-option=1",
                "keyed-slots",
                "=1"
            })
    void shouldRefuseWhatIsWrongAndSayWhat(String setting) {
        assertThatThrownBy(() -> of(setting))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageMatching("(?s).{10,}");
    }

    @Test
    void shouldRefuseAMirrorTimeoutThatOutlastsTheLease() {
        assertThat(of("membership=/tmp/members", "fabric=auto").membership()).isNotNull();
        assertThatThrownBy(() -> of("membership=/tmp/members", "fabric=auto", "mirror-timeout=1s"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("lease");
    }

    @Test
    void shouldPreferTheCommandLineToWhatIsStored() {
        Properties stored = of("keyed-slots=5000", "lease=500ms").toProperties();
        Configuration configuration = Configuration.of(stored, "latency", List.of("lease=2s"));
        assertThat(configuration.get(Option.KEYED_SLOTS)).isEqualTo(5000);
        assertThat(configuration.get(Option.LEASE)).isEqualTo(2_000_000_000L);
        assertThat(configuration.profile().name()).isEqualTo("latency");
    }

    @Test
    void shouldPinTheShardAwayFromCoreZeroAndKeepTheDriverOffBusyCores() {
        Configuration latency = Configuration.of(new Properties(), "latency", List.of());
        assertThat(CoreMap.design(latency, List.of(0, 1)).shardCore(0)).isEqualTo(1);
        assertThat(CoreMap.design(latency, List.of(0, 1)).driverInShard()).isTrue();
        assertThat(CoreMap.design(latency, List.of(0, 1, 2, 3)).driverInShard()).isFalse();
        assertThat(CoreMap.design(of(), List.of(0, 1, 2, 3)).shardCore(0)).isEqualTo(-1);
        assertThat(CoreMap.design(latency, List.of(0, 1, 2, 3), List.of(2, 1)).shardCore(0))
                .as("an isolated one")
                .isEqualTo(2);
        Configuration wrong = Configuration.of(new Properties(), "latency", List.of("shard-core=9"));
        assertThatThrownBy(() -> CoreMap.design(wrong, List.of(0, 1))).hasMessageContaining("shard-core=9");
    }
}
