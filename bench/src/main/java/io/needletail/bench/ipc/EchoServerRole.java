package io.needletail.bench.ipc;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.needletail.bench.process.Coordinator;
import io.needletail.memory.ThreadPinning;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * The other end of the floor: answers every message at once. As in the product one pinned thread spins without a pause, turns
 * the media driver every 24 KiB of messages or after about a millisecond without (with four cores or more the driver has a
 * thread of its own; by UDP, as in the product, it is turned in every cycle), and the Aeron client's housekeeping sleeps
 * elsewhere. It reads no clock and checks nothing but that a message is whole.
 */
final class EchoServerRole implements FragmentHandler {
    static final int FRAGMENT_LIMIT = 16;
    static final long BYTES_PER_DRIVER_TURN = 24 * 1024;
    /** An idle poll takes about 5 ns: a turn of the driver about every millisecond. */
    private static final int IDLE_POLLS_PER_DRIVER_TURN = 200_000;

    private final BufferClaim claim = new BufferClaim();
    private final EchoChannels channels;
    /** The driver moves publication limits when it is turned: after so many bytes. */
    private final long bytesPerDriverTurn;

    private AgentInvoker driverTurn;
    private ExclusivePublication replies;

    private final EchoMessage request;
    private final EchoMessage answer;

    /**
     * @param bytesPerDriverTurn or 0 for the product's
     * @param request what comes
     * @param answer what goes back, with the same word
     */
    EchoServerRole(EchoChannels channels, long bytesPerDriverTurn, EchoMessage request, EchoMessage answer) {
        this.channels = channels;
        this.request = request;
        this.answer = answer;
        this.bytesPerDriverTurn = bytesPerDriverTurn == 0 ? BYTES_PER_DRIVER_TURN : bytesPerDriverTurn;
    }

    void run(Path aeronFolder, int core, boolean driverInServer) {
        try (MediaDriver driver = MediaDriver.launch(context(aeronFolder, driverInServer))) {
            driverTurn = driver.sharedAgentInvoker();
            try (Aeron aeron = Aeron.connect(new Aeron.Context()
                    .aeronDirectoryName(aeronFolder.toString())
                    .useConductorAgentInvoker(true)
                    .driverAgentInvoker(driverTurn))) {
                serve(aeron, core);
            }
        }
    }

    private static MediaDriver.Context context(Path aeronFolder, boolean driverInServer) {
        return new MediaDriver.Context()
                .aeronDirectoryName(aeronFolder.toString())
                .threadingMode(driverInServer ? ThreadingMode.INVOKER : ThreadingMode.SHARED)
                .sharedIdleStrategy(new BackoffIdleStrategy(1_000, 100, 1_000, 100_000))
                .counterValuesBufferLength(1 << 20)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .warnIfDirectoryExists(false);
    }

    private void serve(Aeron aeron, int core) {
        Subscription requests = aeron.addSubscription(channels.requests(), EchoProtocol.REQUEST_STREAM_ID);
        replies = aeron.addExclusivePublication(channels.replies(), EchoProtocol.REPLY_STREAM_ID);
        Coordinator.say("ready");
        while (requests.imageCount() == 0) {
            turn(aeron);
        }
        Image image = requests.imageAtIndex(0);
        if (core >= 0) {
            ThreadPinning.pin(core);
        }
        echo(aeron, image);
    }

    private void echo(Aeron aeron, Image image) {
        long bytes = 0;
        int idle = 0;
        while (!image.isClosed()) {
            long before = image.position();
            if (image.poll(this, FRAGMENT_LIMIT) > 0) {
                bytes += image.position() - before;
            } else {
                idle++;
            }
            if (channels.isUdp() || bytes >= bytesPerDriverTurn || idle >= IDLE_POLLS_PER_DRIVER_TURN) {
                if (idle >= IDLE_POLLS_PER_DRIVER_TURN) {
                    aeron.conductorAgentInvoker().invoke();
                }
                bytes = 0;
                idle = idle >= IDLE_POLLS_PER_DRIVER_TURN ? 0 : idle;
                turnDriver();
            }
        }
    }

    private void turn(Aeron aeron) {
        turnDriver();
        aeron.conductorAgentInvoker().invoke();
        Thread.onSpinWait();
    }

    private void turnDriver() {
        if (driverTurn != null) {
            driverTurn.invoke();
        }
    }

    @Override
    public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        while (replies.tryClaim(answer.length(), claim) < 0) {
            turnDriver(); // its limit has to be moved
        }
        answer.write(claim.buffer(), claim.offset(), request.read(buffer, offset, length));
        claim.commit();
    }
}
