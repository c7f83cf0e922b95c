package io.needletail.server.process;

import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.needletail.client.BlockingSession;
import io.needletail.client.ColocatedReader;
import io.needletail.client.SessionAddress;
import io.needletail.client.SessionProtocol;
import io.needletail.client.UdpEndpoint;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A client or a reader that works until it is killed. Arguments: folder, "session", "half" (stays within a message on the shared
 * publication) or "reader", and where to ask by UDP.
 */
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
            if (arguments[1].equals("half")) {
                beginAMessage(dir);
            }
            if (arguments[1].equals("session")) {
                System.out.println("working");
                while (session.put(handle, value, entry) == Status.OK) {
                    Thread.onSpinWait();
                }
            }
        }
        read(region, handle, entry);
    }

    private static void beginAMessage(Path dir) throws IOException {
        Aeron.Context context =
                new Aeron.Context().aeronDirectoryName(dir.resolve("aeron").toString());
        try (Aeron aeron = Aeron.connect(context);
                Publication shared = aeron.addPublication(
                        SessionProtocol.CHANNEL,
                        SessionProtocol.REQUEST_STREAM_ID + SessionProtocol.SHARED_STREAM_OFFSET)) {
            while (shared.tryClaim(64, new BufferClaim()) < 0) {
                Thread.onSpinWait();
            }
            System.out.println("working");
            System.in.read(); // until it is killed
        }
    }

    private static void read(String region, long handle, Entry entry) throws IOException {
        try (ColocatedReader reader = ColocatedReader.open(Path.of(region))) {
            System.out.println("working");
            while (reader.get(handle, entry) == Status.OK) {
                Thread.onSpinWait();
            }
        }
    }
}
