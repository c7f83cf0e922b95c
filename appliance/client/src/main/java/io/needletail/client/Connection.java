package io.needletail.client;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.exceptions.AeronException;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.needletail.protocol.AcceptedDecoder;
import io.needletail.protocol.ConnectEncoder;
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.protocol.MessageHeaderEncoder;
import io.needletail.protocol.RefusalCode;
import io.needletail.protocol.RefusedDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * The Aeron side of one session: a client of a media driver, the appliance's or by UDP one of its own, a publication for
 * requests and a subscription to a reply stream of its own. The connect goes on an exclusive publication, and so does the rest
 * unless the appliance names the shared one. Made by a connect that was accepted; closed once, never reused.
 */
final class Connection implements AutoCloseable {
    private final Aeron aeron;
    private final SessionAddress address;
    private final int requestStreamId;
    private final long laneId;
    private final long repliesId;
    private ExclusivePublication lane;
    private RequestStream requests;
    private Subscription replies;

    private final String namespace;
    private final ClientId clientId;
    private SessionLimits limits;
    private String refusal;
    private int firstShard = -1;

    /**
     * How long to wait.
     *
     * @param connectNs for the session
     * @param driverNs for a sign of life of the media driver, then and later
     */
    record Patience(long connectNs, long driverNs) {}

    private Connection(Aeron aeron, SessionAddress address, int requestStreamId, String namespace, ClientId clientId) {
        this.aeron = aeron;
        this.address = address;
        this.namespace = namespace;
        this.clientId = clientId;
        this.requestStreamId = requestStreamId;
        repliesId = aeron.asyncAddSubscription(address.replyChannel(), replyStreamId(aeron));
        laneId = aeron.asyncAddExclusivePublication(address.requestChannel(), requestStreamId);
    }

    /** Unique among the driver's clients, because its correlation ids are; above every stream id of our own. */
    private static int replyStreamId(Aeron aeron) {
        return SessionProtocol.MIN_REPLY_STREAM_ID + (int) (aeron.nextCorrelationId() & 0x3FFF_FFFFL);
    }

    static Connection open(
            SessionAddress address, int requestStreamId, String namespace, ClientId clientId, Patience patience) {
        long deadlineNs = System.nanoTime() + patience.connectNs();
        long driverNs = address.isOfPrimary() // it may be gone, and another one be named a moment later
                ? Math.min(patience.connectNs(), patience.driverNs())
                : patience.driverNs();
        Aeron aeron = launch(address.driverFolder(), driverNs);
        Connection connection = null;
        try {
            connection = new Connection(aeron, address, requestStreamId, namespace, clientId);
            connection.handshake(deadlineNs);
            connection.takeLane(deadlineNs);
            return connection;
        } catch (AeronException e) {
            aeron.close();
            throw new SessionException(SessionException.Kind.UNREACHABLE, "no appliance answers: " + address, e);
        } catch (SessionException e) {
            aeron.close();
            throw e;
        }
    }

    private static Aeron launch(Path aeronFolder, long timeoutNs) {
        if (!aeronFolder.resolve("cnc.dat").toFile().exists()) {
            throw new SessionException(
                    SessionException.Kind.UNREACHABLE, "no appliance runs there: no media driver in " + aeronFolder);
        }
        Aeron.Context context = new Aeron.Context()
                .aeronDirectoryName(aeronFolder.toString())
                .driverTimeoutMs(Math.max(1, timeoutNs / 1_000_000))
                .idleStrategy(new SleepingMillisIdleStrategy(1))
                .awaitingIdleStrategy(new SleepingMillisIdleStrategy(1))
                .subscriberErrorHandler(Connection::rethrow)
                .errorHandler(Connection::ignore)
                .clientName("needletail");
        try {
            return Aeron.connect(context);
        } catch (AeronException e) {
            throw new SessionException(SessionException.Kind.UNREACHABLE, "no appliance answers: " + aeronFolder, e);
        }
    }

    /** The conductor's errors (a driver that died) close the client; the session sees that and says SERVER_LOST. */
    private static void ignore(Throwable error) {
        assert error != null;
    }

    private static void rethrow(Throwable error) {
        throw error instanceof RuntimeException runtime ? runtime : new IllegalStateException(error);
    }

    private void handshake(long deadlineNs) {
        FragmentHandler handler = (buffer, offset, length, header) -> onAnswer(buffer, offset);
        boolean sent = false;
        while (limits == null) {
            sent = sent || (hasStreams() && offerConnect());
            if (!sent || replies.poll(handler, 1) == 0) {
                Thread.yield(); // milliseconds go by here in any case
            }
            if (refusal != null) {
                throw new SessionException(
                        firstShard < 0 ? SessionException.Kind.REFUSED : SessionException.Kind.ELSEWHERE,
                        refusal,
                        firstShard);
            }
            giveUpAt(deadlineNs);
        }
    }

    private void giveUpAt(long deadlineNs) {
        if (System.nanoTime() - deadlineNs > 0 || aeron.isClosed()) {
            throw new SessionException(
                    SessionException.Kind.UNREACHABLE,
                    "no answer to connect: either no appliance runs there, or it has as many publications or"
                            + " connects under way as it looks at; lanes-refused and sessions-refused of needletail stat tell");
        }
    }

    /**
     * Where the appliance wants the requests. The publication of the connect stays open in any case: when it goes, with this
     * process or before it, the appliance knows that the session is over.
     */
    private void takeLane(long deadlineNs) {
        requests = limits.isShared()
                ? RequestStream.shared(sharedPublication(deadlineNs), limits.sharedToken(), limits.maxFrameLength())
                : RequestStream.own(lane);
    }

    private Publication sharedPublication(long deadlineNs) {
        long sharedId = aeron.asyncAddPublication(
                address.requestChannel(), requestStreamId + SessionProtocol.SHARED_STREAM_OFFSET);
        Publication shared = null;
        while (shared == null || !shared.isConnected()) {
            shared = shared != null ? shared : aeron.getPublication(sharedId);
            Thread.yield();
            giveUpAt(deadlineNs);
        }
        return shared;
    }

    /** False while the driver has not answered. */
    private boolean hasStreams() {
        replies = replies != null ? replies : aeron.getSubscription(repliesId);
        lane = lane != null ? lane : aeron.getExclusivePublication(laneId);
        return replies != null && lane != null;
    }

    /** Where a UDP client listens, 0 by shared memory; negative while the kernel has not said. */
    private int replyPort() {
        if (!address.isUdp()) {
            return 0;
        }
        String resolved = replies.resolvedEndpoint();
        return resolved == null ? -1 : UdpEndpoint.parse(resolved).port();
    }

    private boolean offerConnect() {
        int replyPort = replyPort();
        BufferClaim claim = new BufferClaim();
        byte[] name = namespace.getBytes(StandardCharsets.UTF_8);
        int length = MessageHeaderEncoder.ENCODED_LENGTH
                + ConnectEncoder.BLOCK_LENGTH
                + ConnectEncoder.namespaceNameHeaderLength()
                + name.length;
        if (replyPort < 0 || lane.tryClaim(length, claim) < 0) {
            return false;
        }
        new ConnectEncoder()
                .wrapAndApplyHeader(claim.buffer(), claim.offset(), new MessageHeaderEncoder())
                .correlationId(1)
                .clientPid(ProcessHandle.current().pid())
                .protocolVersion(SessionProtocol.VERSION)
                .replyStreamId(replies.streamId())
                .clientIdHigh(clientId.high())
                .clientIdLow(clientId.low())
                .replyPort(replyPort)
                .putNamespaceName(name, 0, name.length);
        claim.commit();
        return true;
    }

    private void onAnswer(org.agrona.DirectBuffer buffer, int offset) {
        MessageHeaderDecoder header = new MessageHeaderDecoder().wrap(buffer, offset);
        if (header.templateId() == AcceptedDecoder.TEMPLATE_ID) {
            limits = SessionLimits.from(new AcceptedDecoder().wrapAndApplyHeader(buffer, offset, header));
        } else if (header.templateId() == RefusedDecoder.TEMPLATE_ID) {
            RefusedDecoder refused = new RefusedDecoder().wrapAndApplyHeader(buffer, offset, header);
            firstShard = refused.code() == RefusalCode.WRONG_SHARD ? refused.firstShard() : -1;
            refusal = refused.code() + ": " + refused.text();
        }
    }

    /**
     * A stream for values over a message's length, with the Aeron session id of the connect: so the appliance knows whose it
     * is.
     */
    BulkSender bulkSender(int maxValueLength) {
        String channel = address.bulkChannel() + "|session-id=" + lane.sessionId();
        return new BulkSender(
                aeron.addExclusivePublication(channel, requestStreamId + SessionProtocol.BULK_STREAM_OFFSET),
                maxValueLength);
    }

    SessionLimits limits() {
        return limits;
    }

    RequestStream requests() {
        return requests;
    }

    Subscription replies() {
        return replies;
    }

    boolean isClosed() {
        return aeron.isClosed();
    }

    @Override
    public void close() {
        aeron.close();
    }
}
