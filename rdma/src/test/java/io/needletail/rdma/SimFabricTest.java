package io.needletail.rdma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.testing.Seed;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The simulated fabric does what real ones may do, the same again with the same seed, and nothing that none does. */
class SimFabricTest {
    private static final long SEED = 7002;
    private static final int LENGTH = 256;
    private static final int FROM = 64;
    private static final int WRITTEN = 96;
    private static final int WINDOW = 8;
    private static final int SEEDS = 3_000;

    private final long seed = Seed.of(SEED);

    /** Two hosts, of which one writes to the other. */
    private static final class Pair {
        private final SimNetwork network;
        private final SimFabric here;
        private final SimFabric there;
        private final SimEndpoint endpoint;
        private final RegisteredRegion local;
        private final RegisteredRegion ring;
        private final RegisteredRegion shown;
        private final long peer;
        private final List<String> told = new ArrayList<>();

        Pair(long seed, SimFaults faults) {
            network = new SimNetwork(seed, faults);
            here = network.host();
            there = network.host();
            endpoint = (SimEndpoint) here.endpoint(WINDOW);
            peer = endpoint.connect(there.endpoint(WINDOW).address());
            local = here.local(memory((byte) 1));
            ring = there.ring(LENGTH);
            shown = there.readable(memory((byte) 9));
        }

        private static MemorySegment memory(byte filled) {
            return Arena.ofAuto().allocate(LENGTH).fill(filled);
        }

        int write(long context) {
            return endpoint.write(peer, local, 0, WRITTEN, ring.place(), FROM, context);
        }

        void poll() {
            endpoint.poll((context, error) -> told.add(context + ":" + error), WINDOW);
        }

        int landed() {
            int landed = 0;
            for (int at = FROM; at < FROM + WRITTEN; at++) {
                landed += ring.memory().get(ValueLayout.JAVA_BYTE, at);
            }
            return landed;
        }

        boolean isUntouchedAround() {
            return ring.memory().asSlice(0, FROM).mismatch(memory((byte) 0).asSlice(0, FROM)) < 0
                    && ring.memory()
                                    .asSlice(FROM + WRITTEN)
                                    .mismatch(memory((byte) 0).asSlice(FROM + WRITTEN))
                            < 0;
        }
    }

    @Test
    void shouldLandEveryByteAndTellOnceWhereNothingFails() {
        for (int i = 0; i < SEEDS; i++) {
            Pair pair = new Pair(seed + i, SimFaults.NONE);
            assertThat(pair.write(7)).isEqualTo(Endpoint.POSTED);
            pair.network.settle();
            pair.poll();
            assertThat(pair.landed()).isEqualTo(WRITTEN);
            assertThat(pair.isUntouchedAround()).isTrue();
            assertThat(pair.told).containsExactly("7:0");
            assertThat(pair.endpoint.inFlight()).isZero();
            assertThat(pair.endpoint.read(pair.peer, pair.local, 0, 16, pair.shown.place(), 5, 8))
                    .isEqualTo(Endpoint.POSTED);
            pair.network.settle();
            assertThat(pair.local.memory().get(ValueLayout.JAVA_BYTE, 15)).isEqualTo((byte) 9);
            assertThat(pair.local.memory().get(ValueLayout.JAVA_BYTE, 16)).isEqualTo((byte) 1);
        }
    }

    /** What was seen of many seeds, by name. */
    private static final class Seen {
        private final Map<String, Integer> counts = new TreeMap<>();

        void note(String what, boolean isSeen) {
            counts.merge(what, isSeen ? 1 : 0, Integer::sum);
        }

        void assertThatAllWere() {
            assertThat(counts)
                    .allSatisfy((what, count) -> assertThat(count).as(what).isPositive());
        }
    }

    @Test
    void shouldDoEverythingThatRealOnesMay() {
        Seen seen = new Seen();
        for (int i = 0; i < SEEDS; i++) {
            Pair pair = new Pair(seed + i, SimFaults.ALL);
            boolean isPosted = pair.write(7) == Endpoint.POSTED;
            seen.note("busy with room in the window", !isPosted);
            boolean wasTold = false;
            int landedWhenTold = 0;
            while (pair.network.step()) {
                pair.poll();
                MemorySegment bytes = pair.ring.memory();
                boolean isLast = bytes.get(ValueLayout.JAVA_BYTE, FROM + WRITTEN - 1) == 1;
                seen.note("last byte before the first", isLast && bytes.get(ValueLayout.JAVA_BYTE, FROM) == 0);
                landedWhenTold = wasTold ? landedWhenTold : pair.landed();
                wasTold = !pair.told.isEmpty();
            }
            boolean isFailed = pair.told.contains("7:" + SimFlight.FAILURE);
            boolean isFine = pair.told.contains("7:0");
            seen.note("told before the bytes", isFine && landedWhenTold < pair.landed());
            seen.note("never told, and all is there", isPosted && pair.told.isEmpty() && pair.landed() == WRITTEN);
            seen.note("never told, and nothing is there", isPosted && pair.told.isEmpty() && pair.landed() == 0);
            seen.note("told twice", pair.told.size() == 2);
            seen.note("told of success, and not all is there", isFine && pair.landed() < WRITTEN);
            seen.note("told of success, and nothing is there", isFine && pair.landed() == 0);
            seen.note("told of an error, and all is there", isFailed && pair.landed() == WRITTEN);
            seen.note("told of an error, and nothing is there", isFailed && pair.landed() == 0);
            seen.note("bytes behind an error", isFailed && landedWhenTold < pair.landed());
            assertThat(pair.isUntouchedAround()).isTrue();
        }
        seen.assertThatAllWere();
    }

    /** A read that has ended has its bytes: no fabric changes them later. */
    @Test
    void shouldNotTouchWhatAReadBroughtAfterItWasTold() {
        for (int i = 0; i < SEEDS; i++) {
            Pair pair = new Pair(seed + i, new SimFaults(500, 0, 0, 0, 0, 0));
            assertThat(pair.endpoint.read(pair.peer, pair.local, 0, 32, pair.shown.place(), 0, 3))
                    .isEqualTo(Endpoint.POSTED);
            while (pair.told.isEmpty()) {
                pair.network.step();
                pair.poll();
            }
            for (int at = 0; at < 32; at++) {
                assertThat(pair.local.memory().get(ValueLayout.JAVA_BYTE, at)).isEqualTo((byte) 9);
            }
        }
    }

    @Test
    void shouldLandOrNotAfterARegionOrAnEndpointWasClosed() {
        Seen seen = new Seen();
        for (int i = 0; i < SEEDS; i++) {
            Pair pair = new Pair(seed + i, SimFaults.NONE);
            pair.write(1);
            pair.ring.close();
            pair.network.settle();
            seen.note("after its region was closed", pair.landed() == WRITTEN);
            pair.told.clear();
            pair.ring.memory().fill((byte) 0);
            assertThat(pair.write(2)).as("only the other side knows").isEqualTo(Endpoint.POSTED);
            pair.network.settle();
            pair.poll();
            assertThat(pair.landed()).as("by a key that was revoked").isZero();
            seen.note("told of an error", pair.told.contains("2:" + SimFlight.FAILURE));
            seen.note("told of success", pair.told.contains("2:0"));
            Pair other = new Pair(seed + i, SimFaults.NONE);
            other.write(1);
            other.endpoint.reset();
            assertThat(other.write(2)).isEqualTo(SimEndpoint.CLOSED);
            other.network.settle();
            seen.note("after its endpoint was closed", other.landed() == WRITTEN);
            seen.note("not after its endpoint was closed", other.landed() == 0);
            seen.note("in part after its endpoint was closed", other.landed() > 0 && other.landed() < WRITTEN);
            assertThat(other.told).as("nobody is told").isEmpty();
            assertThat(other.endpoint.counts().abandoned()).isEqualTo(1);
        }
        seen.assertThatAllWere();
    }

    @Test
    void shouldTellAnErrorOrNothingOfAPeerThatDied() {
        Seen seen = new Seen();
        for (int i = 0; i < SEEDS; i++) {
            Pair pair = new Pair(seed + i, SimFaults.NONE);
            pair.write(1);
            pair.network.step();
            int landed = pair.landed();
            pair.network.kill(pair.there);
            pair.write(2);
            pair.network.settle();
            pair.poll();
            assertThat(pair.landed()).as("nothing lands any more").isEqualTo(landed);
            seen.note("an error of what was under way", pair.told.contains("1:" + SimFlight.FAILURE));
            seen.note("nothing of what was under way", pair.told.stream().noneMatch(told -> told.startsWith("1:")));
            seen.note("an error of what was new", pair.told.contains("2:" + SimFlight.FAILURE));
            seen.note("nothing of what was new", pair.told.stream().noneMatch(told -> told.startsWith("2:")));
        }
        seen.assertThatAllWere();
    }

    /** What is told may be used again at once, though its bytes are still on their way. */
    @Test
    void shouldSendWhatTheBytesWereWhenItWasTold() {
        for (int i = 0; i < SEEDS; i++) {
            Pair pair = new Pair(seed + i, new SimFaults(SimFaults.OF, 0, 0, 0, 0, 0));
            pair.write(1);
            while (pair.network.step()) {
                pair.poll();
                if (!pair.told.isEmpty()) {
                    pair.local.memory().fill((byte) 5);
                }
            }
            assertThat(pair.landed()).isEqualTo(WRITTEN);
        }
    }

    @Test
    void shouldGiveNoRightThatARegistrationDoesNot() {
        for (int i = 0; i < SEEDS / 10; i++) {
            Pair pair = new Pair(seed + i, SimFaults.NONE);
            assertThat(pair.endpoint.write(pair.peer, pair.local, 0, 8, pair.shown.place(), 0, 1))
                    .isEqualTo(Endpoint.POSTED);
            assertThat(pair.endpoint.read(pair.peer, pair.local, 8, 8, pair.ring.place(), 0, 2))
                    .isEqualTo(Endpoint.POSTED);
            RemoteRegion longer = new RemoteRegion(0, pair.ring.place().key(), 2 * LENGTH);
            assertThat(pair.endpoint.write(pair.peer, pair.local, 0, 8, longer, LENGTH, 3))
                    .isEqualTo(Endpoint.POSTED);
            pair.network.settle();
            assertThat(pair.shown.memory().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 9);
            assertThat(pair.local.memory().get(ValueLayout.JAVA_BYTE, 8)).isEqualTo((byte) 1);
        }
        Pair pair = new Pair(seed, SimFaults.NONE);
        assertThatThrownBy(() -> pair.endpoint.write(pair.peer, pair.local, 0, 8, pair.ring.place(), LENGTH - 7, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        pair.local.close();
        assertThatThrownBy(() -> pair.write(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldHaveNoMoreUnderWayThanItsWindow() {
        Pair pair = new Pair(seed, SimFaults.NONE);
        for (int i = 0; i < 2 * WINDOW; i++) {
            assertThat(pair.write(i)).isEqualTo(i < WINDOW ? Endpoint.POSTED : Endpoint.BUSY);
        }
        pair.network.settle();
        assertThat(pair.write(1)).isEqualTo(Endpoint.POSTED);
    }

    @Test
    void shouldBeTheSameAgainWithTheSameSeed() {
        for (int i = 0; i < SEEDS / 10; i++) {
            assertThat(history(seed + i)).isEqualTo(history(seed + i));
        }
        assertThat(history(seed)).isNotEqualTo(history(seed + 1));
    }

    private static List<String> history(long seed) {
        Pair pair = new Pair(seed, SimFaults.ALL);
        List<String> history = new ArrayList<>();
        for (int i = 0; i < WINDOW; i++) {
            pair.write(i);
        }
        while (pair.network.step()) {
            pair.poll();
            history.add(pair.landed() + " " + pair.told);
        }
        return history;
    }
}
