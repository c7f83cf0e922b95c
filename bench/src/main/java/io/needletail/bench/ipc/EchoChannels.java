package io.needletail.bench.ipc;

import io.needletail.client.SessionProtocol;
import io.needletail.client.UdpEndpoint;
import java.util.Map;

/**
 * Where the echo's messages go: the session's channel by shared memory, or by UDP on the loopback, both with the session's lengths.
 *
 * @param requests to the server
 * @param replies to the client
 */
record EchoChannels(String requests, String replies) {
    static EchoChannels of(Map<String, String> settings) {
        return settings.containsKey("requestPort")
                ? new EchoChannels(udp(settings.get("requestPort")), udp(settings.get("replyPort")))
                : new EchoChannels(SessionProtocol.CHANNEL, SessionProtocol.CHANNEL);
    }

    private static String udp(String port) {
        return SessionProtocol.udpChannel(UdpEndpoint.parse("127.0.0.1:" + port));
    }

    boolean isUdp() {
        return requests.startsWith("aeron:udp");
    }
}
