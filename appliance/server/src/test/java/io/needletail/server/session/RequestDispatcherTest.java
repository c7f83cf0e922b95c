package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.needletail.client.SessionProtocol;
import io.needletail.engine.ShardEngine;
import io.needletail.protocol.CloseReason;
import io.needletail.registry.view.ShardRoute;
import io.needletail.server.Await;
import io.needletail.server.CountersFile;
import io.needletail.testing.ScratchRegion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestDispatcherTest {
    private static final int GET_BY_HANDLE = 11;
    private static final int KEEP_ALIVE = 4;
    /** A publication that has three KiB left of the 2^47 bytes that Aeron can number with these terms. */
    private static final String NEARLY_USED_UP = SessionProtocol.CHANNEL + "|init-term-id=0|term-id="
            + Integer.MAX_VALUE + "|term-offset=" + (SessionProtocol.TERM_LENGTH - 3072);

    @TempDir
    private Path folder;

    private final List<SessionLane> ended = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(1);

    private final class Farewells implements ControlPlane {
        @Override
        public void connect(SessionLane lane, ConnectRequest request) {
            throw new AssertionError("nobody connects");
        }

        @Override
        public void close(SessionLane lane) {
            ended.add(lane);
        }
    }

    @Test
    void shouldEndTheSessionWhoseReplyStreamIsUsedUpAndNoOther() throws Exception {
        MediaDriver.Context context = new MediaDriver.Context()
                .aeronDirectoryName(folder.resolve("aeron").toString())
                .threadingMode(ThreadingMode.SHARED)
                .dirDeleteOnShutdown(true);
        try (ScratchRegion region = new ScratchRegion(ScratchRegion.small(), 1);
                MediaDriver driver = MediaDriver.launchEmbedded(context);
                Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()));
                Subscription client = aeron.addSubscription(SessionProtocol.CHANNEL, 7);
                Subscription other = aeron.addSubscription(SessionProtocol.CHANNEL, 8);
                ExclusivePublication old = aeron.addExclusivePublication(NEARLY_USED_UP, 7);
                ExclusivePublication young = aeron.addExclusivePublication(SessionProtocol.CHANNEL, 8)) {
            Await.until("both have room", 5_000, () -> old.availableWindow() > 0 && young.availableWindow() > 0);
            RequestDispatcher dispatcher = dispatcher(ShardEngine.attach(region.segment()));
            SessionLane oldLane = open(dispatcher, old);
            SessionLane youngLane = open(dispatcher, young);
            int answers = 0;
            while (oldLane.isOpen()) {
                assertThat(++answers).as("of 64 bytes at least, in 3 KiB").isLessThan(3072 / 64 + 2);
                dispatch(dispatcher, answers % 2 == 0 ? GET_BY_HANDLE : KEEP_ALIVE, oldLane);
                dispatch(dispatcher, GET_BY_HANDLE, youngLane);
                client.poll((buffer, offset, length, header) -> {}, 16);
                other.poll((buffer, offset, length, header) -> {}, 16);
            }
            assertThat(ended).containsExactly(oldLane);
            assertThat(oldLane.closeReason()).isEqualTo(CloseReason.STREAM_EXHAUSTED);
            assertThat(oldLane.closeText()).contains("connect again");
            dispatch(dispatcher, KEEP_ALIVE, youngLane);
            assertThat(youngLane.isOpen()).isTrue();
        }
    }

    private RequestDispatcher dispatcher(ShardEngine engine) throws Exception {
        engine.serve();
        ShardCounters counters = new ShardCounters(CountersFile.create(folder.resolve("counters")), engine);
        return new RequestDispatcher(
                engine,
                new Farewells(),
                null,
                null,
                counters,
                new Orphans(engine),
                (handle, by) -> {},
                new ShardRoute(0, 1),
                16,
                new Acknowledgements(engine, counters, false, MirrorState.NONE, 16));
    }

    private static SessionLane open(RequestDispatcher dispatcher, ExclusivePublication replies) {
        SessionLane lane = new SessionLane(null, new Frame(), dispatcher, 16, 0);
        lane.connecting(false);
        assertThat(lane.open(replies, null, 0)).isTrue();
        return lane;
    }

    private void dispatch(RequestDispatcher dispatcher, int template, SessionLane lane) {
        byte[] bytes = MangledFrames.whole(template, 0, 0, random);
        Frame frame = new Frame();
        assertThat(frame.copyFrom(new UnsafeBuffer(bytes), 0, bytes.length)).isTrue();
        assertThat(FrameValidator.validate(frame)).isEqualTo(FrameFault.NONE);
        assertThat(dispatcher.dispatch(frame, lane)).isTrue();
    }
}
