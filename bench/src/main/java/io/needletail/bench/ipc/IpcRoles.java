package io.needletail.bench.ipc;

import io.needletail.client.SessionAddress;
import io.needletail.client.UdpEndpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What the processes of the IPC measurements do. */
public final class IpcRoles {
    private IpcRoles() {}

    public static void echoServer(Map<String, String> settings) {
        new EchoServerRole(EchoChannels.of(settings), number(settings, "turn", 0), request(settings), answer(settings))
                .run(dir(settings), core(settings), Boolean.parseBoolean(settings.get("driver")));
    }

    public static void echoClient(Map<String, String> settings) throws IOException {
        EchoRoundTrip echo =
                EchoRoundTrip.connect(dir(settings), EchoChannels.of(settings), request(settings), answer(settings));
        new RoundTripRole("echo", echo).run(core(settings));
    }

    private static EchoMessage request(Map<String, String> settings) {
        return new EchoMessage(number(settings, "request", EchoProtocol.REQUEST_LENGTH));
    }

    private static EchoMessage answer(Map<String, String> settings) {
        return new EchoMessage(number(settings, "answer", EchoProtocol.ANSWER_LENGTH));
    }

    public static void getClient(Map<String, String> settings) throws IOException {
        new RoundTripRole("get", roundTrip(settings)).run(core(settings));
    }

    private static RoundTrip roundTrip(Map<String, String> settings) {
        if (settings.containsKey("batch")) {
            return BatchRoundTrip.connect(
                    address(settings),
                    number(settings, "value", 16),
                    number(settings, "batch", 1),
                    number(settings, "window", 1));
        }
        return SessionRoundTrip.connect(
                address(settings), number(settings, "value", 16), settings.getOrDefault("ask", SessionRoundTrip.GET));
    }

    /** By UDP when there is an endpoint, through the appliance's own media driver. */
    private static SessionAddress address(Map<String, String> settings) {
        String udp = settings.get("udp");
        return udp == null
                ? SessionAddress.of(dir(settings))
                : SessionAddress.udp(dir(settings).resolve("aeron"), UdpEndpoint.parse(udp));
    }

    private static int number(Map<String, String> settings, String name, int otherwise) {
        return Integer.parseInt(settings.getOrDefault(name, Integer.toString(otherwise)));
    }

    private static Path dir(Map<String, String> settings) {
        return Path.of(settings.get("dir"));
    }

    private static int core(Map<String, String> settings) {
        return Integer.parseInt(settings.get("core"));
    }
}
