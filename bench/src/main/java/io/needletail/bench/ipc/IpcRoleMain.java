package io.needletail.bench.ipc;

import io.needletail.bench.process.Coordinator;
import java.nio.file.Path;
import java.util.Map;

/** A process of the IPC measurements: {@code echo-server}, {@code echo-client} or {@code get-client}. */
public final class IpcRoleMain {
    private IpcRoleMain() {}

    public static void main(String[] arguments) {
        Coordinator.run(() -> play(arguments[0], Coordinator.settings(arguments)));
    }

    private static void play(String role, Map<String, String> settings) throws java.io.IOException {
        Path dir = Path.of(settings.get("dir"));
        int core = Integer.parseInt(settings.get("core"));
        switch (role) {
            case "echo-server" -> new EchoServerRole().run(dir, core, Boolean.parseBoolean(settings.get("driver")));
            case "echo-client" -> new RoundTripRole("echo", EchoRoundTrip.connect(dir)).run(core);
            case "get-client" -> new RoundTripRole("get", SessionRoundTrip.connect(dir)).run(core);
            default -> throw new IllegalArgumentException("role=" + role);
        }
    }
}
