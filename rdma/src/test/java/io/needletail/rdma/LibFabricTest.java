package io.needletail.rdma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two endpoints of one thread, over the real library. */
@Timeout(120)
class LibFabricTest {
    private static final int LENGTH = 4096;
    private static final int WINDOW = 32;
    private static final long MOST_NS = 20_000_000_000L;

    /** Registered memory stays: what is under way may land later. */
    private final Arena arena = Arena.global();

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final List<Long> ended = new ArrayList<>();
    private LibFabric fabric;
    private Endpoint here;
    private Endpoint there;
    private RegisteredRegion local;
    private RegisteredRegion remote;
    private RegisteredRegion readable;
    private long peer;
    private int lastError;

    @BeforeEach
    void needsLibfabric() {
        assumeTrue(LibFabric.isAvailable(), LibFabric::reason);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    private void open(String provider, Access access) {
        fabric = LibFabric.open(provider, provider.equals("shm") ? "" : "127.0.0.1");
        here = fabric.endpoint(WINDOW);
        there = fabric.endpoint(WINDOW);
        local = fabric.local(arena.allocate(LENGTH, 4096));
        remote = access == Access.REMOTE_WRITE ? fabric.ring(LENGTH) : fabric.readable(arena.allocate(LENGTH, 4096));
        readable = fabric.readable(arena.allocate(LENGTH, 4096));
        peer = here.connect(there.address());
        there.connect(here.address());
        parts.addAll(List.of(here, there, local, remote, readable, fabric));
    }

    private void pollBoth() {
        assertThat(here.poll(this::onCompletion, WINDOW)).isNotNegative();
        assertThat(there.poll(this::onCompletion, WINDOW)).isNotNegative();
    }

    private void onCompletion(long context, int error) {
        ended.add(context);
        lastError = error;
    }

    /** The first one to a peer waits for the connection. */
    private void await(IntSupplier operation) {
        long deadlineNs = System.nanoTime() + MOST_NS;
        int code;
        while ((code = operation.getAsInt()) == Endpoint.BUSY) {
            pollBoth();
            assertThat(System.nanoTime()).as("busy").isLessThan(deadlineNs);
        }
        assertThat(code).isEqualTo(Endpoint.POSTED);
    }

    private void awaitEnds(int count) {
        long deadlineNs = System.nanoTime() + MOST_NS;
        while (ended.size() < count) {
            pollBoth();
            assertThat(System.nanoTime()).as("ended " + ended).isLessThan(deadlineNs);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shm", "tcp;ofi_rxm"})
    void shouldWriteToAndReadFromMemoryOfAnother(String provider) {
        open(provider, Access.REMOTE_WRITE);
        local.memory().asSlice(64, 64).fill((byte) 7);
        await(() -> here.write(peer, local, 64, 64, remote.place(), 128, 11));
        long deadlineNs = System.nanoTime() + MOST_NS;
        while (remote.memory().get(ValueLayout.JAVA_BYTE, 191) != 7) { // the target looks, as no completion says it
            pollBoth();
            assertThat(System.nanoTime()).isLessThan(deadlineNs);
        }
        awaitEnds(1);
        assertThat(ended).containsExactly(11L);
        assertThat(remote.memory().asSlice(128, 64).mismatch(local.memory().asSlice(64, 64)))
                .isEqualTo(-1);
        assertThat(remote.memory().get(ValueLayout.JAVA_BYTE, 127)).isZero();
        assertThat(remote.memory().get(ValueLayout.JAVA_BYTE, 192)).isZero();
        RegisteredRegion shown = fabric.readable(arena.allocate(LENGTH, 4096));
        shown.memory().set(ValueLayout.JAVA_LONG, 512, 0x1234_5678_9ABCL);
        await(() -> here.read(peer, local, 0, 8, shown.place(), 512, 12));
        awaitEnds(2);
        assertThat(local.memory().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(0x1234_5678_9ABCL);
        shown.close();
        assertThat(here.counts().writes()).isEqualTo(1);
        assertThat(here.counts().reads()).isEqualTo(1);
        assertThat(here.counts().completed()).isEqualTo(2);
        assertThat(here.counts().failed()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shm", "tcp;ofi_rxm"})
    void shouldReadSeveralPlacesByOneOperation(String provider) {
        open(provider, Access.REMOTE_READ);
        int most = here.mostParts();
        assertThat(most).isBetween(2, ReadParts.MOST);
        ReadParts places = new ReadParts();
        for (int i = 0; i < most; i++) {
            remote.memory().set(ValueLayout.JAVA_LONG, 512L * (most - i), 100 + i);
            places.add(64L * i, 512L * (most - i), 8);
        }
        await(() -> here.read(peer, local, remote.place(), places, 21));
        awaitEnds(1);
        assertThat(ended).containsExactly(21L);
        assertThat(lastError).isZero();
        for (int i = 0; i < most; i++) {
            assertThat(local.memory().get(ValueLayout.JAVA_LONG, 64L * i)).isEqualTo(100 + i);
            assertThat(local.memory().get(ValueLayout.JAVA_LONG, 64L * i + 8)).isZero();
        }
        assertThat(here.counts().reads()).isEqualTo(1);
    }

    @Test
    void shouldRefuseMorePlacesThanItReadsAndThoseOutsideOfEitherRegion() {
        open("shm", Access.REMOTE_READ);
        ReadParts places = new ReadParts();
        assertThatThrownBy(() -> here.read(peer, local, remote.place(), places, 1))
                .isInstanceOf(IllegalArgumentException.class);
        places.add(0, 0, 8);
        places.add(8, LENGTH - 7, 8);
        assertThatThrownBy(() -> here.read(peer, local, remote.place(), places, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        places.clear();
        for (int i = 0; i <= here.mostParts(); i++) {
            places.add(8L * i, 0, 8);
        }
        assertThatThrownBy(() -> here.read(peer, local, remote.place(), places, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(here.inFlight()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"shm", "tcp;ofi_rxm"})
    void shouldHaveNoMoreUnderWayThanItsWindow(String provider) {
        open(provider, Access.REMOTE_WRITE);
        await(() -> here.write(peer, local, 0, 64, remote.place(), 0, -1));
        awaitEnds(1);
        ended.clear();
        long busyBefore = here.counts().busy();
        Set<Long> posted = new HashSet<>();
        for (int i = 0; i < 4 * WINDOW; i++) {
            if (here.write(peer, local, 0, 64, remote.place(), 0, i) == Endpoint.POSTED) {
                posted.add((long) i);
            }
            assertThat(here.inFlight()).isLessThanOrEqualTo(WINDOW);
        }
        assertThat(posted.size()).isLessThanOrEqualTo(WINDOW);
        assertThat(posted).hasSizeGreaterThan(WINDOW / 4);
        assertThat(here.counts().busy() - busyBefore).isEqualTo(4 * WINDOW - posted.size());
        awaitEnds(posted.size());
        assertThat(new HashSet<>(ended)).as("each once").isEqualTo(posted);
        assertThat(ended).hasSameSizeAs(posted);
        assertThat(here.inFlight()).isZero();
    }

    /** What libfabric says of a revoked registration, and to whom, is the provider's; that bytes do not come is not. */
    @Test
    void shouldNotReadWhatWasRevoked() {
        open("tcp;ofi_rxm", Access.REMOTE_READ);
        remote.memory().fill((byte) 5);
        await(() -> here.read(peer, local, 0, 64, remote.place(), 0, 1));
        awaitEnds(1);
        assertThat(local.memory().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 5);
        RemoteRegion place = remote.place();
        remote.close();
        remote.memory().fill((byte) 6);
        await(() -> here.read(peer, local, 0, 64, place, 0, 2));
        awaitEnds(2);
        assertThat(lastError).isPositive();
        assertThat(local.memory().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 5);
    }

    @Test
    void shouldAnswerAndNotEndTheProcessBehindItsClose() {
        open("shm", Access.REMOTE_WRITE);
        await(() -> here.write(peer, local, 0, 64, remote.place(), 0, 1));
        here.close();
        here.close();
        assertThat(here.counts().completed() + here.counts().abandoned()).isEqualTo(1);
        assertThat(here.write(peer, local, 0, 64, remote.place(), 0, 2)).isNegative();
        assertThat(here.poll(this::onCompletion, 1)).isNegative();
        assertThat(here.inFlight()).isBetween(0, 1);
        assertThatThrownBy(here::address).isInstanceOf(IllegalStateException.class);
        local.close();
        local.close();
        RegisteredRegion revoked = local;
        assertThatThrownBy(() -> there.write(peer, revoked, 0, 8, remote.place(), 0, 1))
                .isInstanceOf(IllegalStateException.class);
    }

    /** They ended, whatever the one who is told makes of the first. */
    @Test
    void shouldTellOfEveryCompletionThoughTheHandlerThrows() {
        open("shm", Access.REMOTE_WRITE);
        for (int i = 0; i < 4; i++) {
            long context = i;
            await(() -> here.write(peer, local, 0, 64, remote.place(), 0, context));
        }
        long deadlineNs = System.nanoTime() + MOST_NS;
        while (here.inFlight() > 0) {
            try {
                here.poll(
                        (context, error) -> {
                            ended.add(context);
                            throw new IllegalStateException("handler");
                        },
                        WINDOW);
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("handler");
            }
            there.poll(this::onCompletion, WINDOW);
            assertThat(System.nanoTime()).isLessThan(deadlineNs);
        }
        assertThat(here.counts().completed()).isEqualTo(here.counts().writes()).isGreaterThanOrEqualTo(4);
        assertThat(ended).contains(0L, 1L, 2L, 3L);
    }

    /** As far as software providers check: they do it on the target's side. */
    @Test
    void shouldFailAReadWithAKeyThatWasNeverGiven() {
        open("tcp;ofi_rxm", Access.REMOTE_READ);
        RemoteRegion forged = new RemoteRegion(
                remote.place().address(),
                remote.place().key() ^ 0x5555,
                remote.place().length());
        await(() -> here.read(peer, local, 0, 64, forged, 0, 5));
        awaitEnds(1);
        assertThat(lastError).isPositive();
        assertThat(fabric.errorText(lastError)).isNotBlank();
        assertThat(here.counts().failed()).isEqualTo(1);
    }

    @Test
    void shouldRefuseWhatIsOutsideOfEitherRegion() {
        open("shm", Access.REMOTE_WRITE);
        RemoteRegion place = remote.place();
        assertThatThrownBy(() -> here.write(peer, local, LENGTH - 63, 64, place, 0, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> here.write(peer, local, 0, 64, place, LENGTH - 63, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> here.read(peer, local, -1, 64, place, 0, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> here.read(peer, local, 0, Long.MAX_VALUE, place, 1, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(here.inFlight()).isZero();
    }

    @Test
    void shouldGiveEveryRegistrationAKeyOfItsOwn() {
        open("tcp;ofi_rxm", Access.REMOTE_WRITE);
        Set<Long> keys =
                new HashSet<>(List.of(local.place().key(), remote.place().key()));
        MemorySegment memory = arena.allocate(LENGTH, 4096);
        for (int i = 0; i < 50; i++) {
            try (RegisteredRegion again = fabric.readable(memory)) {
                assertThat(keys.add(again.place().key())).isTrue();
            }
        }
    }

    @Test
    void shouldSayWhichProvidersThereAreWhenOneIsNot() {
        assertThatThrownBy(() -> LibFabric.open("carrier-pigeon", ""))
                .isInstanceOf(FabricException.class)
                .hasMessageContaining("carrier-pigeon")
                .hasMessageContaining("shm");
    }

    /** Parts of libfabric put handlers behind the signals by which a JVM notices a null. */
    @Test
    void shouldLeaveTheSignalsThatTheJvmLivesBy() {
        open("shm", Access.REMOTE_WRITE);
        Object[] nothing = new Object[1];
        int noticed = 0;
        for (int i = 0; i < 50_000; i++) {
            try {
                noticed += nothing[0].hashCode();
            } catch (NullPointerException e) {
                noticed++;
            }
        }
        assertThat(noticed).isEqualTo(50_000);
    }

    @Test
    void shouldSayWhatItIs() {
        open("tcp;ofi_rxm", Access.LOCAL);
        FabricDescription description = fabric.description();
        assertThat(description.provider()).isEqualTo("tcp;ofi_rxm");
        assertThat(description.library()).contains("libfabric");
        assertThat(description.version()).startsWith("1.");
        assertThat(description.progressByTarget()).isTrue();
        assertThat(description.mostLength()).isGreaterThan(1 << 20);
    }

    @Test
    void shouldAllocateNothingByOperations() {
        open("shm", Access.REMOTE_WRITE);
        CompletionHandler handler = (context, error) -> lastError = error;
        writeAndPoll(handler, 20_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long nothing = threads.getCurrentThreadAllocatedBytes() - before;
        before = threads.getCurrentThreadAllocatedBytes();
        writeAndPoll(handler, 20_000);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before - nothing).isLessThan(1_000);
        assertThat(lastError).isZero();
    }

    /** Writes and reads in turns. */
    private int post(RemoteRegion place, int i) {
        return (i & 1) == 0
                ? here.write(peer, local, 0, 64, place, 0, i)
                : here.read(peer, local, 64, 64, readable.place(), 0, i);
    }

    /** Without a word of AssertJ, which allocates. */
    private static void assertThatCodes(int polled) {
        if (polled < 0) {
            throw new AssertionError("poll: " + polled);
        }
    }

    private void writeAndPoll(CompletionHandler handler, int writes) {
        RemoteRegion place = remote.place();
        for (int i = 0; i < writes; i++) {
            while (post(place, i) == Endpoint.BUSY) {
                assertThatCodes(here.poll(handler, WINDOW) | there.poll(handler, WINDOW));
            }
        }
    }
}
