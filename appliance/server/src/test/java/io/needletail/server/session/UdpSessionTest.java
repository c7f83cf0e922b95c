package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.client.BlockingSession;
import io.needletail.client.ClientId;
import io.needletail.client.SessionAddress;
import io.needletail.client.SessionProtocol;
import io.needletail.client.ShardedSession;
import io.needletail.client.UdpEndpoint;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.server.Counter;
import io.needletail.server.RunningAppliance;
import io.needletail.server.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same sessions by UDP on the loopback: what is put by one way is read by the other. */
class UdpSessionTest {
    private static final int LARGE = 60_000;

    private final Key key = new Key("by-udp");
    private final Value value = new Value(64 << 10);
    private final Entry entry = new Entry(64 << 10);
    private final Entry other = new Entry(64 << 10);

    @Test
    void shouldReadBySharedMemoryWhatWasPutByUdpAndTheReverse() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance(RunningAppliance.udpOption());
                BlockingSession udp = appliance.connectByUdp();
                BlockingSession shared = appliance.connect()) {
            for (int i = 0; i < 1_000; i++) {
                value.setUtf8("value " + i);
                BlockingSession writer = i % 2 == 0 ? udp : shared;
                BlockingSession reader = i % 2 == 0 ? shared : udp;
                assertThat(writer.put(key, value, entry)).isEqualTo(Status.OK);
                assertThat(reader.get(entry.handle(), other)).isEqualTo(Status.OK);
                assertThat(other.value().toUtf8()).isEqualTo("value " + i);
                assertThat(other.version()).isEqualTo(entry.version());
            }
        }
    }

    @Test
    void shouldCarryValuesOverAMessagesLength() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance(RunningAppliance.udpOption());
                BlockingSession udp = appliance.connectByUdp()) {
            for (int round = 0; round < 20; round++) {
                value.resize(LARGE - round);
                for (int i = 0; i < value.length(); i++) {
                    value.putByte(i, (byte) (i * 31 + round));
                }
                assertThat(udp.put(key, value, entry)).isEqualTo(Status.OK);
                assertThat(udp.get(key, other)).isEqualTo(Status.OK);
                assertThat(other.value().length()).isEqualTo(value.length());
                assertThat(other.value().toUtf8()).isEqualTo(value.toUtf8());
            }
        }
    }

    @Test
    void shouldTakeSessionsOnEveryShardByUdp() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("shards=2", RunningAppliance.udpOption());
                ShardedSession udp = ShardedSession.connect(appliance.udpAddress(), "", RunningAppliance.TIMEOUT_NS)) {
            assertThat(udp.route().shards()).isEqualTo(2);
            for (int i = 0; i < 100; i++) {
                Key each = new Key("entry-" + i);
                value.setUtf8("v" + i);
                assertThat(udp.put(each, value, entry)).isEqualTo(Status.OK);
                assertThat(udp.get(each, other)).isEqualTo(Status.OK);
                assertThat(other.value().toUtf8()).isEqualTo("v" + i);
            }
        }
    }

    @Test
    void shouldDoAChangeOnceOverARestart() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance(RunningAppliance.udpOption());
                BlockingSession udp = BlockingSession.connectAgain(
                        appliance.udpAddress(), new ClientId(7, 9), RunningAppliance.TIMEOUT_NS)) {
            for (int i = 1; i <= 20; i++) {
                assertThat(udp.add(key, 1, entry)).isEqualTo(Status.OK);
                if (i == 10) {
                    appliance.restart();
                }
            }
            assertThat(udp.get(key, entry)).isEqualTo(Status.OK);
            assertThat(entry.value().getLong(0)).isEqualTo(20);
        }
    }

    @Test
    void shouldAnswerNobodyWhoNamesNoPortOfItsOwn() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance(RunningAppliance.udpOption());
                RawClient noPort = new RawClient(appliance.dir(), 1 << 17, appliance.udp());
                RawClient portAndMemory = new RawClient(appliance.dir(), (1 << 17) + 1)) {
            noPort.sendConnect(SessionProtocol.VERSION, 0);
            portAndMemory.sendConnect(SessionProtocol.VERSION, 40_000);
            Await.until("both are refused", 10_000, () -> appliance.counter(Counter.SESSIONS_REFUSED) == 2);
            assertThat(appliance.counter(Counter.SESSIONS)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1:40123", "0.0.0.0:40123", "224.0.0.1:40123", "192.168.1.7:1"})
    void shouldRefuseAnyAddressThatAnotherMachineCanReach(String address) {
        assertThatThrownBy(() -> SessionAddress.udp(Path.of("aeron"), UdpEndpoint.parse(address)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a loopback address");
        assertThatThrownBy(() -> new RunningAppliance("udp=" + address))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("not authenticated yet");
    }

    @Test
    void shouldSayThatThePortIsTaken() throws IOException {
        String option = RunningAppliance.udpOption();
        try (RunningAppliance first = new RunningAppliance(option)) {
            assertThat(first.udp()).isNotNull();
            assertThatThrownBy(() -> new RunningAppliance(option))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("see option udp");
        }
    }
}
