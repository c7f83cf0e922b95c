package io.needletail.bench.limits;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.needletail.client.SessionProtocol;
import io.needletail.protocol.AcceptedDecoder;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.protocol.RefusedDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/** A client without our library: it sends what it likes, and reads or does not. For one thread at a time. */
final class RudeClient implements AutoCloseable {
    private static final long TIMEOUT_NS = 20_000_000_000L;
    private static final int FIRST_REPLY_STREAM = 1 << 20;
    private static final int POLL_LIMIT = 64;

    private final Aeron aeron;
    private final List<ExclusivePublication> silent = new ArrayList<>();
    private int replyStream = FIRST_REPLY_STREAM;
    private long clientId = 1;

    RudeClient(Path appliance) {
        aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(appliance.resolve("aeron").toString())
                .idleStrategy(new SleepingMillisIdleStrategy(1))
                .awaitingIdleStrategy(new SleepingMillisIdleStrategy(1)));
    }

    private ExclusivePublication publication() {
        return aeron.addExclusivePublication(SessionProtocol.CHANNEL, SessionProtocol.REQUEST_STREAM_ID);
    }

    /** Publications that say nothing. */
    void openSilent(int count) {
        for (int i = 0; i < count; i++) {
            silent.add(publication());
        }
    }

    /** Connects whose answers nobody awaits. */
    void connectToNobody(int count) {
        for (int i = 0; i < count; i++) {
            ExclusivePublication one = publication();
            silent.add(one);
            offer(one, RudeFrames.connect(replyStream++, 0));
        }
    }

    void closeSilent() {
        silent.forEach(ExclusivePublication::close);
        silent.clear();
    }

    /** One frame on a publication of its own, then gone. */
    void sendAlone(DirectBuffer frame) {
        try (ExclusivePublication one = publication()) {
            offer(one, frame);
        }
    }

    /** A session that stays until it is closed; the appliance must have a place. */
    Visit connect() {
        return visit(false).orElseThrow(() -> new IllegalStateException("refused"));
    }

    /** Empty when it is refused. */
    Optional<Visit> visit(boolean repeats) {
        Visit visit = new Visit(repeats);
        if (visit.isRefused) {
            visit.close();
            return Optional.empty();
        }
        return Optional.of(visit);
    }

    /** A session of this client's. */
    final class Visit implements AutoCloseable {
        private final ExclusivePublication requests = publication();
        private final Subscription replies = aeron.addSubscription(SessionProtocol.CHANNEL, replyStream);
        private Publication shared;
        private boolean isAccepted;
        private boolean isRefused;
        private long token;

        private Visit(boolean repeats) {
            RudeClient.offer(requests, RudeFrames.connect(replyStream++, repeats ? clientId++ : 0));
            await(() -> {
                poll();
                return isAccepted || isRefused;
            });
            if (token != 0) {
                shared = aeron.addPublication(
                        SessionProtocol.CHANNEL,
                        SessionProtocol.REQUEST_STREAM_ID + SessionProtocol.SHARED_STREAM_OFFSET);
                await(shared::isConnected);
            }
        }

        /** Sends and reads what has come. */
        void ask(DirectBuffer frame) {
            send(frame);
            poll();
        }

        /** Waits for the next answer. */
        void read() {
            await(() -> poll() > 0);
        }

        /** Waits for room. */
        void send(DirectBuffer frame) {
            await(() -> offer(frame) > 0);
        }

        private long offer(DirectBuffer frame) {
            return shared == null
                    ? requests.offer(frame)
                    : shared.offer(frame, 0, frame.capacity(), (buffer, offset, length) -> token);
        }

        private int poll() {
            return replies.poll(
                    (buffer, offset, length, header) -> {
                        MessageHeaderDecoder message = new MessageHeaderDecoder().wrap(buffer, offset);
                        if (message.templateId() == AcceptedDecoder.TEMPLATE_ID) {
                            token = new AcceptedDecoder()
                                    .wrapAndApplyHeader(buffer, offset, message)
                                    .sharedToken();
                            isAccepted = true;
                        }
                        isRefused |= message.templateId() == RefusedDecoder.TEMPLATE_ID;
                    },
                    POLL_LIMIT);
        }

        @Override
        public void close() {
            requests.close();
            replies.close();
            if (shared != null) {
                shared.close();
            }
        }
    }

    private static void offer(ExclusivePublication publication, DirectBuffer frame) {
        await(() -> publication.offer(frame) > 0);
    }

    private static void await(BooleanSupplier condition) {
        long beginNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - beginNs > TIMEOUT_NS) {
                throw new IllegalStateException("no answer from the appliance");
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        aeron.close();
    }
}
