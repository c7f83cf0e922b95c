package io.needletail.server.session;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.needletail.client.SessionProtocol;
import io.needletail.server.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/** One client that keeps as many publications open as it likes, and connects on all of them at once or on none. */
public final class ManyPublications implements AutoCloseable {
    private static final long TIMEOUT_MS = 20_000;

    private final Aeron aeron;
    private final List<ExclusivePublication> publications = new ArrayList<>();

    public ManyPublications(Path dir, int count) {
        aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(dir.resolve("aeron").toString())
                .idleStrategy(new SleepingMillisIdleStrategy(1))
                .awaitingIdleStrategy(new SleepingMillisIdleStrategy(1)));
        for (int i = 0; i < count; i++) {
            publications.add(aeron.addExclusivePublication(SessionProtocol.CHANNEL, SessionProtocol.REQUEST_STREAM_ID));
        }
    }

    /** Sends a connect on each, with reply streams from this one on, where nobody listens. */
    public void connectAll(int firstReplyStream) {
        for (int i = 0; i < publications.size(); i++) {
            connect(publications.get(i), firstReplyStream + i);
        }
    }

    private static void connect(ExclusivePublication publication, int replyStream) {
        UnsafeBuffer buffer = new UnsafeBuffer(ConnectFrame.of(SessionProtocol.VERSION, replyStream, 0));
        Await.until("room to send", TIMEOUT_MS, () -> publication.offer(buffer) > 0);
    }

    @Override
    public void close() {
        aeron.close();
    }
}
