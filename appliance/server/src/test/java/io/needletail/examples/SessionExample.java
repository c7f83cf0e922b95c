package io.needletail.examples;

import io.needletail.client.BlockingSession;
import io.needletail.client.ColocatedReader;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.nio.file.Path;

/** The README's example: write over a session, read from shared memory. */
public final class SessionExample {
    private SessionExample() {}

    public static void main(String[] arguments) throws IOException {
        // README begins, with the folder in place of the argument
        try (BlockingSession session = BlockingSession.connect(Path.of(arguments[0]), 5_000_000_000L);
                ColocatedReader reader =
                        ColocatedReader.open(Path.of(session.limits().regionPath()))) {
            Value value = new Value(16);
            Entry entry = new Entry(session.limits().maxValueLength());
            value.setInline(1_000_000, 0, 16);
            session.put(new Key("AAPL:limit"), value, entry);
            int status = reader.get(entry.handle(), entry); // no message: the appliance does not notice
            System.out.println(Status.name(status) + " " + entry.value().getLong(0) + " v" + entry.version());
        }
        // README ends
    }
}
