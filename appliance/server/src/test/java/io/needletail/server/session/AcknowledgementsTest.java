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
import io.needletail.protocol.MessageHeaderDecoder;
import io.needletail.protocol.OutcomeDecoder;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.ShardRoute;
import io.needletail.registry.view.Status;
import io.needletail.server.Await;
import io.needletail.server.CountersFile;
import io.needletail.testing.ScratchRegion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shard whose journal is this test: it says what has been reached, and what waits meanwhile. */
class AcknowledgementsTest {
    private static final int GET_BY_HANDLE = 11;
    private static final int PUT_BY_KEY = 14;
    private static final int LEVEL_OF_A_PUT = 8 + 16;

    @TempDir
    private Path folder;

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<String> answers = new ArrayList<>();
    private final List<AutoCloseable> parts = new ArrayList<>();
    private ShardEngine engine;
    private Acknowledgements acknowledgements;
    private RequestDispatcher dispatcher;
    private Subscription client;
    private SessionLane lane;

    @BeforeEach
    void open() throws Exception {
        ScratchRegion region = keep(new ScratchRegion(ScratchRegion.small(), 1));
        MediaDriver driver = keep(MediaDriver.launchEmbedded(new MediaDriver.Context()
                .aeronDirectoryName(folder.resolve("aeron").toString())
                .threadingMode(ThreadingMode.SHARED)
                .dirDeleteOnShutdown(true)));
        Aeron aeron = keep(Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName())));
        client = keep(aeron.addSubscription(SessionProtocol.CHANNEL, 7));
        ExclusivePublication replies = keep(aeron.addExclusivePublication(SessionProtocol.CHANNEL, 7));
        Await.until("there is room", 5_000, () -> replies.availableWindow() > 0 && client.imageCount() > 0);
        engine = ShardEngine.attach(region.segment());
        engine.serve();
        ShardCounters counters = new ShardCounters(CountersFile.create(folder.resolve("counters")), engine);
        acknowledgements = new Acknowledgements(engine, counters, true, MirrorState.NONE, 16);
        dispatcher = new RequestDispatcher(
                engine,
                null,
                null,
                null,
                counters,
                new Orphans(engine),
                (handle, by) -> {},
                new ShardRoute(0, 1),
                16,
                acknowledgements);
        lane = new SessionLane(null, new Frame(), dispatcher, 16, 0);
        lane.connecting(false);
        lane.open(replies, null, 0);
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.add(part);
        return part;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : parts.reversed()) {
            part.close();
        }
    }

    private void put(long id, int level) {
        byte[] bytes = MangledFrames.whole(PUT_BY_KEY, 5, 4, random);
        bytes[LEVEL_OF_A_PUT] = (byte) level;
        dispatch(bytes, id);
    }

    private void get(long id) {
        dispatch(MangledFrames.whole(GET_BY_HANDLE, 0, 0, random), id);
    }

    private void dispatch(byte[] bytes, long id) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(8, id);
        Frame frame = new Frame();
        assertThat(frame.copyFrom(new UnsafeBuffer(bytes), 0, bytes.length)).isTrue();
        assertThat(FrameValidator.validate(frame)).isEqualTo(FrameFault.NONE);
        assertThat(dispatcher.dispatch(frame, lane)).isTrue();
    }

    /** All answers since the last look, each as its id, status and level. */
    private List<String> answers() {
        answers.clear();
        MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
        OutcomeDecoder outcome = new OutcomeDecoder();
        client.poll(
                (buffer, offset, length, header) -> {
                    if (headerDecoder.wrap(buffer, offset).templateId() != OutcomeDecoder.TEMPLATE_ID) {
                        return;
                    }
                    outcome.wrapAndApplyHeader(buffer, offset, headerDecoder);
                    answers.add(header.reservedValue() + " " + Status.name(outcome.statusRaw()) + " "
                            + Level.name(outcome.level()));
                },
                64);
        return answers;
    }

    @Test
    void shouldAnswerOtherRequestsWhileAChangeWaitsForItsLevel() {
        put(1, Level.SYNCED);
        long first = engine.sequence();
        put(2, Level.JOURNALED);
        get(3);
        put(4, Level.MEMORY);
        assertThat(answers()).containsExactly("3 EPOCH_CHANGED memory", "4 OK memory");
        assertThat(acknowledgements.release(0)).isZero();
        engine.live().reached(Level.JOURNALED, first);
        assertThat(acknowledgements.release(0)).isZero();
        engine.live().reached(Level.JOURNALED, engine.sequence());
        assertThat(acknowledgements.release(0)).isEqualTo(1);
        assertThat(answers()).containsExactly("2 OK journaled");
        engine.live().reached(Level.SYNCED, first);
        assertThat(acknowledgements.release(0)).isEqualTo(1);
        assertThat(answers()).containsExactly("1 OK synced");
        assertThat(acknowledgements.isEmpty()).isTrue();
    }

    @Test
    void shouldAnswerUnknownWithTheLevelThatWasReachedWhenNothingIsBroughtToItsLevelAnyMore() {
        put(1, Level.SYNCED);
        engine.live().reached(Level.JOURNALED, engine.sequence());
        put(2, Level.SYNCED);
        put(3, Level.JOURNALED);
        acknowledgements.giveUp();
        assertThat(answers()).containsExactly("1 UNKNOWN journaled", "2 UNKNOWN memory", "3 UNKNOWN memory");
        assertThat(acknowledgements.isEmpty()).isTrue();
    }

    @Test
    void shouldRefuseAChangeWhoseAnswerHasNoPlaceToWaitAndNotMakeIt() {
        for (int id = 1; id <= 16; id++) {
            put(id, Level.SYNCED);
        }
        long before = engine.sequence();
        put(17, Level.SYNCED);
        assertThat(engine.sequence()).isEqualTo(before);
        put(18, Level.JOURNALED);
        assertThat(engine.sequence()).as("another level has places of its own").isGreaterThan(before);
        assertThat(acknowledgements.fault(Level.SYNCED)).isEqualTo(Status.BACK_PRESSURED);
        assertThat(acknowledgements.fault(Level.PERSISTENT)).isEqualTo(Status.LEVEL_UNAVAILABLE);
    }

    @Test
    void shouldKeepAnAnswerForASessionThatDoesNotReadUntilItDoes() {
        put(1, Level.JOURNALED);
        UnsafeBuffer unread = new UnsafeBuffer(new byte[58]);
        while (lane.replies().offer(unread) > 0 || lane.replies().availableWindow() > 0) {
            assertThat(lane.isOpen()).isTrue();
        }
        engine.live().reached(Level.JOURNALED, engine.sequence());
        assertThat(acknowledgements.release(0)).isZero();
        assertThat(lane.isStalled()).as("nothing more is taken from it").isTrue();
        assertThat(acknowledgements.isEmpty()).isFalse();
        Await.until("it reads, and there is room", 5_000, () -> {
            assertThat(answers()).isEmpty();
            return acknowledgements.release(0) == 1;
        });
        Await.until("it is answered", 5_000, () -> !answers().isEmpty());
        assertThat(answers).containsExactly("1 OK journaled");
    }

    /** It holds no lane up, so nothing else would end it. */
    @Test
    void shouldTakeASharedSessionThatLeavesItsAcknowledgementUnreadForASlowReader() {
        lane.shares(5, null);
        put(1, Level.JOURNALED);
        UnsafeBuffer unread = new UnsafeBuffer(new byte[58]);
        while (lane.replies().offer(unread) > 0 || lane.replies().availableWindow() > 0) {
            assertThat(lane.isOpen()).isTrue();
        }
        engine.live().reached(Level.JOURNALED, engine.sequence());
        assertThat(acknowledgements.release(1_000)).isZero();
        assertThat(lane.isStalled()).isFalse();
        assertThat(lane.isStalledSince(500, 1_400)).isFalse();
        assertThat(acknowledgements.release(1_400)).isZero();
        assertThat(lane.isStalledSince(500, 1_501)).as("since the first time").isTrue();
        Await.until("it reads, and there is room", 5_000, () -> {
            assertThat(answers()).isEmpty();
            return acknowledgements.release(2_000) == 1;
        });
        assertThat(lane.isStalledSince(500, 9_000)).isFalse();
    }

    @Test
    void shouldForgetWhatASessionThatHasEndedWaitedFor() {
        put(1, Level.JOURNALED);
        lane.close(CloseReason.REQUESTED, "it ends");
        engine.live().reached(Level.JOURNALED, engine.sequence());
        assertThat(acknowledgements.release(0)).isEqualTo(1);
        assertThat(answers()).isEmpty();
        assertThat(acknowledgements.isEmpty()).isTrue();
    }
}
