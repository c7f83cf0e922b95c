package io.needletail.server.session;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.needletail.client.SessionProtocol;
import io.needletail.client.UdpEndpoint;
import io.needletail.protocol.AcceptedDecoder;
import io.needletail.protocol.CloseDecoder;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.protocol.OutcomeDecoder;
import io.needletail.protocol.RefusedDecoder;
import io.needletail.protocol.ResultDecoder;
import io.needletail.protocol.ShortValueDecoder;
import io.needletail.registry.view.Status;
import io.needletail.server.Await;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/** A client without manners: it sends any bytes, and reads its answers or not. */
final class RawClient implements AutoCloseable {
    private static final long TIMEOUT_MS = 20_000;

    private final Aeron aeron;
    private final UdpEndpoint udp;
    private final int replyStreamId;
    private final Subscription replies;
    private final ExclusivePublication requests;
    private ExclusivePublication bulk;
    private Publication shared;
    private long token;
    private String outcome = "";
    private final BufferClaim claim = new BufferClaim();
    private int answers;
    private int lastStatus;

    RawClient(Path dir, int replyStreamId) {
        this(dir, replyStreamId, null);
    }

    /** By UDP when there is an endpoint. */
    RawClient(Path dir, int replyStreamId, UdpEndpoint udp) {
        this.udp = udp;
        this.replyStreamId = replyStreamId;
        aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(dir.resolve("aeron").toString())
                .idleStrategy(new SleepingMillisIdleStrategy(1))
                .awaitingIdleStrategy(new SleepingMillisIdleStrategy(1)));
        replies = aeron.addSubscription(
                udp == null ? SessionProtocol.CHANNEL : "aeron:udp?endpoint=" + udp.withPort(0), replyStreamId);
        requests = aeron.addExclusivePublication(
                udp == null ? SessionProtocol.CHANNEL : SessionProtocol.udpChannel(udp),
                SessionProtocol.REQUEST_STREAM_ID);
    }

    private int replyPort() {
        if (udp == null) {
            return 0;
        }
        Await.until("the port is known", TIMEOUT_MS, () -> replies.resolvedEndpoint() != null);
        return UdpEndpoint.parse(replies.resolvedEndpoint()).port();
    }

    RawClient connect() {
        sendConnect(SessionProtocol.VERSION);
        Await.until("accepted: " + outcome, TIMEOUT_MS, () -> {
            poll();
            return outcome.equals("accepted");
        });
        if (token != 0) {
            shared = aeron.addPublication(
                    SessionProtocol.CHANNEL, SessionProtocol.REQUEST_STREAM_ID + SessionProtocol.SHARED_STREAM_OFFSET);
            Await.until("the shared publication", TIMEOUT_MS, shared::isConnected);
        }
        return this;
    }

    /** What this session's messages say on the shared publication; another one is another session's. */
    void token(long other) {
        token = other;
    }

    long token() {
        return token;
    }

    private long send(UnsafeBuffer buffer, int length) {
        return shared == null
                ? requests.offer(buffer, 0, length)
                : shared.offer(buffer, 0, length, (frame, offset, frameLength) -> token);
    }

    void sendConnect(int version) {
        sendConnect(version, replyPort());
    }

    void sendConnect(int version, int replyPort) {
        byte[] connect = ConnectFrame.of(version, replyStreamId, replyPort);
        send(connect, connect.length);
    }

    void send(byte[] bytes, int length) {
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        Await.until("room to send", TIMEOUT_MS, () -> send(buffer, length) > 0);
    }

    /** Sends on the stream for chunks of large values, which belongs to the same client. */
    void sendBulk(byte[] bytes, int length) {
        if (bulk == null) {
            bulk = aeron.addExclusivePublication(
                    (udp == null ? SessionProtocol.BULK_CHANNEL : SessionProtocol.udpBulkChannel(udp)) + "|session-id="
                            + requests.sessionId(),
                    SessionProtocol.REQUEST_STREAM_ID + SessionProtocol.BULK_STREAM_OFFSET);
        }
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        Await.until("room to send", TIMEOUT_MS, () -> bulk.offer(buffer, 0, length) > 0);
    }

    /** True when it went out at once. */
    boolean offer(byte[] bytes) {
        return send(new UnsafeBuffer(bytes), bytes.length) > 0;
    }

    /** Sends it and goes on writing into it, while the other end may be reading. False when there was no room. */
    boolean sendAndChange(byte[] bytes, SplittableRandom random, int changes) {
        Publication publication = shared == null ? requests : shared;
        if (publication.tryClaim(bytes.length, claim) < 0) {
            return false;
        }
        claim.buffer().putBytes(claim.offset(), bytes);
        claim.reservedValue(token);
        MutableDirectBuffer sent = claim.buffer();
        int offset = claim.offset();
        claim.commit();
        for (int i = 0; i < changes; i++) {
            sent.putShort(offset + random.nextInt(bytes.length - 1), (short) random.nextInt());
        }
        return true;
    }

    /** Takes room for a message on the shared publication, and leaves it at that. */
    void begin(int length) {
        Await.until("room to begin", TIMEOUT_MS, () -> shared.tryClaim(length, claim) > 0);
    }

    /** Makes nothing of what was begun. */
    void abort() {
        claim.abort();
    }

    boolean isOver() {
        poll();
        return !outcome.equals("accepted");
    }

    /** Waits for the server's last word. */
    String awaitOutcome() {
        Await.until("a last word", TIMEOUT_MS, () -> {
            poll();
            return !outcome.isEmpty() && !outcome.equals("accepted");
        });
        return outcome;
    }

    void poll() {
        replies.poll(
                (buffer, offset, length, header) -> {
                    MessageHeaderDecoder message = new MessageHeaderDecoder().wrap(buffer, offset);
                    switch (message.templateId()) {
                        case AcceptedDecoder.TEMPLATE_ID -> {
                            token = new AcceptedDecoder()
                                    .wrapAndApplyHeader(buffer, offset, message)
                                    .sharedToken();
                            outcome = "accepted";
                        }
                        case RefusedDecoder.TEMPLATE_ID -> {
                            RefusedDecoder refused = new RefusedDecoder().wrapAndApplyHeader(buffer, offset, message);
                            outcome = refused.code() + ": " + refused.text();
                        }
                        case CloseDecoder.TEMPLATE_ID -> {
                            CloseDecoder close = new CloseDecoder().wrapAndApplyHeader(buffer, offset, message);
                            outcome = close.code() + ": " + close.text();
                        }
                        case OutcomeDecoder.TEMPLATE_ID -> {
                            lastStatus = new OutcomeDecoder()
                                    .wrapAndApplyHeader(buffer, offset, message)
                                    .statusRaw();
                            answers++;
                        }
                        case ShortValueDecoder.TEMPLATE_ID -> {
                            lastStatus = Status.OK;
                            answers++;
                        }
                        case ResultDecoder.TEMPLATE_ID -> {
                            lastStatus = new ResultDecoder()
                                    .wrapAndApplyHeader(buffer, offset, message)
                                    .statusRaw();
                            answers++;
                        }
                        default -> answers++;
                    }
                },
                64);
    }

    int lastStatus() {
        return lastStatus;
    }

    int answers() {
        return answers;
    }

    @Override
    public void close() {
        aeron.close();
    }
}
