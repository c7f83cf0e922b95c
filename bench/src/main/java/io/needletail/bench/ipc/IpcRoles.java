package io.needletail.bench.ipc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** What the processes of the IPC measurements do. */
public final class IpcRoles {
    private IpcRoles() {}

    public static void echoServer(Map<String, String> settings) {
        new EchoServerRole().run(dir(settings), core(settings), Boolean.parseBoolean(settings.get("driver")));
    }

    public static void echoClient(Map<String, String> settings) throws IOException {
        new RoundTripRole("echo", EchoRoundTrip.connect(dir(settings))).run(core(settings));
    }

    public static void getClient(Map<String, String> settings) throws IOException {
        new RoundTripRole("get", SessionRoundTrip.connect(dir(settings))).run(core(settings));
    }

    private static Path dir(Map<String, String> settings) {
        return Path.of(settings.get("dir"));
    }

    private static int core(Map<String, String> settings) {
        return Integer.parseInt(settings.get("core"));
    }
}
