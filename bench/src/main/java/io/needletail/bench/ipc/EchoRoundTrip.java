package io.needletail.bench.ipc;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/** The floor: bare Aeron with the session's lengths, and nothing else. */
final class EchoRoundTrip implements RoundTrip, FragmentHandler {
    private final Aeron aeron;
    private final ExclusivePublication requests;
    private final Image replies;
    private final BufferClaim claim = new BufferClaim();
    private final EchoMessage request;
    private final EchoMessage answer;
    private long sent;
    private long answered;

    private EchoRoundTrip(
            Aeron aeron, ExclusivePublication requests, Image replies, EchoMessage request, EchoMessage answer) {
        this.request = request;
        this.answer = answer;
        this.aeron = aeron;
        this.requests = requests;
        this.replies = replies;
    }

    static EchoRoundTrip connect(Path aeronFolder, EchoChannels channels, EchoMessage request, EchoMessage answer) {
        Aeron aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(aeronFolder.toString())
                .idleStrategy(new SleepingMillisIdleStrategy(1)));
        Subscription replies = aeron.addSubscription(channels.replies(), EchoProtocol.REPLY_STREAM_ID);
        ExclusivePublication requests =
                aeron.addExclusivePublication(channels.requests(), EchoProtocol.REQUEST_STREAM_ID);
        while (!requests.isConnected() || !replies.isConnected()) {
            LockSupport.parkNanos(1_000_000);
        }
        return new EchoRoundTrip(aeron, requests, replies.imageAtIndex(0), request, answer);
    }

    @Override
    public void play() {
        sent++;
        while (requests.tryClaim(request.length(), claim) < 0) {
            if (requests.isClosed()) {
                throw new IllegalStateException("the echo is gone");
            }
        }
        request.write(claim.buffer(), claim.offset(), sent);
        claim.commit();
        while (answered != sent) {
            if (replies.poll(this, 1) == 0 && replies.isClosed()) {
                throw new IllegalStateException("the echo is gone");
            }
        }
    }

    @Override
    public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        answered = answer.read(buffer, offset, length);
    }

    @Override
    public void close() {
        aeron.close();
    }
}
