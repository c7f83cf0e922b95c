package io.needletail.registry.stress;

import io.needletail.registry.LiveHeader;
import io.needletail.registry.Registry;
import io.needletail.registry.SlotWriter;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Loads;
import io.needletail.registry.view.RegionState;
import io.needletail.registry.view.SlotLayout;
import io.needletail.registry.view.SlotReader;
import io.needletail.registry.view.Status;
import io.needletail.testing.ScratchRegion;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** The version protocol under jcstress: what a reader may see of a change that happens beside it. */
public final class VersionProtocolStress {
    static final int GENERATION = 1;

    private VersionProtocolStress() {}

    /** A slot of its own for each round: jcstress makes a new state object a round, memory is reused in turn. */
    abstract static class Slot {
        private static final ScratchRegion REGION = serving();
        private static final Registry REGISTRY = new Registry(REGION.segment());
        private static final ThreadLocal<SlotReader> READER =
                ThreadLocal.withInitial(() -> new SlotReader(REGION.segment(), () -> 0));
        private static final AtomicLong NEXT = new AtomicLong();

        final long slot = NEXT.getAndIncrement() % REGISTRY.header().sizing().keyedSlots();
        final long address = REGISTRY.slotAddress(slot);
        final long handle = Handle.of(0, GENERATION, slot);
        final Entry entry = new Entry(16);

        Slot() {
            put(2, 1, 1);
        }

        private static ScratchRegion serving() {
            ScratchRegion region = new ScratchRegion(ScratchRegion.sizing(1 << 16, 0, 1 << 20), 1);
            new LiveHeader(region.segment().address()).state(RegionState.SERVING, 1);
            return region;
        }

        final void put(long sequence, long value0, long value1) {
            int word = SlotLayout.word(GENERATION, SlotLayout.KIND_SLAB - 1);
            SlotWriter.write(address, sequence, SlotLayout.seal(0, word), value0, value1);
        }

        final void read(L_Result result) {
            int status = READER.get().get(handle, entry);
            result.r1 = status == Status.OK
                    ? entry.value().getLong(0) + "," + entry.value().getLong(8) + "@" + entry.version()
                    : Status.name(status);
        }
    }

    /** A read beside one change sees the value before or after, whole, with its own version. */
    @JCStressTest
    @Outcome(id = "1,1@2", expect = Expect.ACCEPTABLE, desc = "before")
    @Outcome(id = "7,7@3", expect = Expect.ACCEPTABLE, desc = "after")
    @Outcome(expect = Expect.FORBIDDEN, desc = "torn")
    @State
    public static class WholeValue extends Slot {
        @Actor
        public void writer() {
            put(3, 7, 7);
        }

        @Actor
        public void reader(L_Result result) {
            read(result);
        }
    }

    /** Two reads one after the other never go back. */
    @JCStressTest
    @Outcome(
            id = {"2, 2", "2, 3", "2, 4", "3, 3", "3, 4", "4, 4"},
            expect = Expect.ACCEPTABLE,
            desc = "versions rise")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a version fell")
    @State
    public static class RisingVersions extends Slot {
        @Actor
        public void writer() {
            put(3, 7, 7);
            put(4, 8, 8);
        }

        @Actor
        public void reader(LL_Result result) {
            L_Result one = new L_Result();
            read(one);
            result.r1 = entry.version();
            read(one);
            result.r2 = entry.version();
        }
    }

    /** The canary: the same reads without the protocol. It must be seen to fail, or this suite proves nothing. */
    @JCStressTest
    @Outcome(id = "1,1", expect = Expect.ACCEPTABLE, desc = "before")
    @Outcome(id = "7,7", expect = Expect.ACCEPTABLE, desc = "after")
    @Outcome(expect = Expect.FORBIDDEN, desc = "torn, as it must be")
    @State
    public static class RacyCanary extends Slot {
        @Actor
        public void writer() {
            put(3, 7, 7);
        }

        @Actor
        public void reader(L_Result result) {
            long value0 = Loads.getLongOpaque(address + SlotLayout.VALUE_OFFSET);
            long value1 = Loads.getLongOpaque(address + SlotLayout.VALUE_OFFSET + 8);
            result.r1 = value0 + "," + value1;
        }
    }
}
