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
        if (settings.containsKey("requestPort")) {
            return new EchoChannels(udp(settings.get("requestPort")), udp(settings.get("replyPort")));
        }
        String channel = settings.containsKey("term")
                ? withTerms(Integer.parseInt(settings.get("term")))
                : SessionProtocol.CHANNEL;
        return new EchoChannels(channel, channel);
    }

    /** The session's channel with terms of another length. */
    private static String withTerms(int length) {
        return "aeron:ipc?term-length=" + length + "|mtu=" + Math.min(length / 8, SessionProtocol.MTU_LENGTH);
    }

    private static String udp(String port) {
        return SessionProtocol.udpChannel(UdpEndpoint.parse("127.0.0.1:" + port));
    }

    boolean isUdp() {
        return requests.startsWith("aeron:udp");
    }
}
