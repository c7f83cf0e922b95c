package io.needletail.examples;

import io.needletail.client.CloseCause;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.nio.file.Path;

/** For people with a loop of their own: send without waiting, poll, never block. */
public final class PollingExample implements ResultHandler {
    private static final int REQUESTS = 1_000;

    private int answered;
    private boolean closed;

    public static void main(String[] arguments) {
        PollingExample loop = new PollingExample();
        try (Session session = Session.connect(Path.of(arguments[0]), 5_000_000_000L)) {
            loop.run(session);
        }
        System.out.println("answered " + loop.answered);
    }

    private void run(Session session) {
        Key key = new Key();
        Value value = new Value(8);
        int sent = 0;
        while (answered < REQUESTS && !closed) {
            if (sent < REQUESTS) {
                key.clear();
                key.append("polling:").append(sent);
                value.resize(8);
                value.putLong(0, sent);
                sent += session.put(key, value) > 0 ? 1 : 0; // else the window is full: poll, then try again
            }
            session.poll(this, 10);
        }
    }

    @Override
    public void onResult(long correlationId, int status, Entry entry) {
        if (status != Status.OK) {
            throw new IllegalStateException("request " + correlationId + ": " + Status.name(status));
        }
        answered++;
    }

    @Override
    public void onClosed(CloseCause cause, String text) {
        closed = true;
    }
}
