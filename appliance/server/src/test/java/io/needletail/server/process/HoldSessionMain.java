package io.needletail.server.process;

import io.needletail.client.BlockingSession;
import io.needletail.client.ColocatedReader;
import io.needletail.client.SessionAddress;
import io.needletail.client.UdpEndpoint;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.nio.file.Path;

/** A client or a reader that works until it is killed. Arguments: folder, "session" or "reader", and where to ask by UDP. */
public final class HoldSessionMain {
    private HoldSessionMain() {}

    public static void main(String[] arguments) throws Exception {
        Path dir = Path.of(arguments[0]);
        Entry entry = new Entry(7040);
        Key key = new Key("held");
        Value value = new Value(16);
        value.resize(16);
        String region;
        long handle;
        SessionAddress address = arguments.length < 3
                ? SessionAddress.of(dir)
                : SessionAddress.udp(dir.resolve("aeron"), UdpEndpoint.parse(arguments[2]));
        try (BlockingSession session = BlockingSession.connect(address, ApplianceProcess.TIMEOUT_NS)) {
            session.put(key, value, entry);
            handle = entry.handle();
            region = session.limits().regionPath();
            if (arguments[1].equals("session")) {
                System.out.println("working");
                while (session.put(handle, value, entry) == Status.OK) {
                    Thread.onSpinWait();
                }
            }
        }
        try (ColocatedReader reader = ColocatedReader.open(Path.of(region))) {
            System.out.println("working");
            while (reader.get(handle, entry) == Status.OK) {
                Thread.onSpinWait();
            }
        }
    }
}
