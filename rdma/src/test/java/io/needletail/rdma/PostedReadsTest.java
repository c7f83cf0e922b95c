package io.needletail.rdma;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PostedReadsTest {
    private static final int LENGTH = 1 << 16;
    private static final long LATER_NS = Long.MAX_VALUE;

    private final SimNetwork network = new SimNetwork(7, SimFaults.NONE);
    private final SimFabric here = network.host();
    private final SimFabric there = network.host();
    private final Endpoint endpoint = here.endpoint(64);
    private final MemorySegment memory = Arena.ofAuto().allocate(LENGTH);
    private final RegisteredRegion into = here.scratch(LENGTH);
    private final RegisteredRegion from = there.readable(memory);
    private final PostedReads reads =
            new PostedReads(endpoint, endpoint.connect(there.endpoint(8).address()), into, from.place(), () -> 0);

    PostedReadsTest() {
        network.stepsWithPolls(() -> {});
        for (int at = 0; at < LENGTH; at += 8) {
            memory.set(ValueLayout.JAVA_LONG, at, at);
        }
    }

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void shouldReadAsManyPlacesByOneOperationAsTheFabricTakes() {
        reads.begin();
        for (int i = 0; i < 9; i++) {
            assertThat(reads.add(64L * i, 512L * (9 - i), 64, LATER_NS)).isTrue();
        }
        assertThat(reads.await(LATER_NS)).isTrue();
        assertThat(endpoint.counts().reads()).isEqualTo(3);
        for (int i = 0; i < 9; i++) {
            assertThat(into.memory().get(ValueLayout.JAVA_LONG, 64L * i)).isEqualTo(512L * (9 - i));
        }
    }

    @Test
    void shouldReadLongOnesAlone() {
        reads.begin();
        for (int i = 0; i < 3; i++) {
            assertThat(reads.add(8_192L * i, 8_192L * i, 4_000, LATER_NS)).isTrue();
        }
        assertThat(reads.await(LATER_NS)).isTrue();
        assertThat(endpoint.counts().reads()).isEqualTo(3);
    }

    /** Whoever does not look at each answer is told in the end. */
    @Test
    void shouldAnswerFalseHoweverManyAreAddedBehindAnEndpointThatFell() {
        endpoint.close();
        reads.begin();
        for (int i = 0; i < 20; i++) {
            reads.add(64L * i, 64L * i, 64, LATER_NS);
        }
        assertThat(reads.add(0, 0, 64, LATER_NS)).isFalse();
        assertThat(reads.await(LATER_NS)).isFalse();
        assertThat(reads.isBroken()).isTrue();
    }
}
