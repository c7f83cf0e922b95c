package io.needletail.server.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.RemotePlace;
import io.needletail.client.remote.RemoteReader;
import io.needletail.engine.ShardEngine;
import io.needletail.rdma.Endpoint;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.rdma.SimFabric;
import io.needletail.rdma.SimFaults;
import io.needletail.rdma.SimNetwork;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.MonotonicClock;
import io.needletail.registry.view.RegionState;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One-sided reads over the simulated fabric, where bytes of one read are of any moments of it, beside a shard that changes them. */
@Tag("beside-others")
class RemoteReaderTest {
    private static final long LEASE_NS = 1_000_000;
    private static final long SEED = 20_261_201;

    private final ScratchRegion memory = new ScratchRegion(ScratchRegion.small(), 7);
    private final ShardEngine engine = ShardEngine.attach(memory.segment());
    private final Entry entry = new Entry(7040);
    private final Value value = new Value(7040);
    private final MonotonicClock clock = new SteppedClock();
    private long nowNs = 1_000;
    private SimNetwork network;
    private SimFabric server;
    private RemoteReader reader;

    /** Goes on by being asked, and by every poll. */
    private final class SteppedClock implements MonotonicClock {
        @Override
        public long nowNs() {
            return nowNs += 10;
        }

        @Override
        public void pause() {
            nowNs += 10;
        }
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private void open(long seed, SimFaults faults, Runnable beside) {
        engine.serve();
        prolong();
        network = new SimNetwork(seed, SimFaults.NONE);
        connect(network, beside);
        if (faults != SimFaults.NONE) {
            network.faults(faults);
        }
    }

    private void connect(SimNetwork wires, Runnable beside) {
        server = wires.host();
        Endpoint endpoint = server.endpoint(1);
        RegisteredRegion region = server.readable(memory.segment());
        wires.stepsWithPolls(() -> {
            nowNs += 10;
            beside.run();
        });
        reader = RemoteReader.over(
                wires.host(),
                new RemotePlace("sim", endpoint.address(), region.place(), engine.epoch(), LEASE_NS),
                clock);
    }

    private void prolong() {
        engine.live()
                .leaseUntilNs(engine.live().leaseUntilNs() + 1, engine.live().leaseUntilNs() + 1 - LEASE_NS);
    }

    private void quiet() {
        open(SEED, SimFaults.NONE, this::prolong);
    }

    private long put(String key, String text) {
        value.setUtf8(text);
        assertThat(engine.put(new Key(key), value, entry)).isEqualTo(Status.OK);
        return entry.handle();
    }

    @Test
    void shouldReadWhatAnEntryHas() {
        quiet();
        long handle = put("k", "short");
        long version = entry.version();
        assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
        assertThat(entry.value().toUtf8()).isEqualTo("short");
        assertThat(entry.handle()).isEqualTo(handle);
        assertThat(entry.version()).isEqualTo(version);
    }

    @Test
    void shouldReadLongValuesByASecondRead() {
        quiet();
        String text = "x".repeat(5_000) + "end";
        long handle = put("k", text);
        assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
        assertThat(entry.value().toUtf8()).isEqualTo(text);
        assertThat(reader.get(handle, new Entry(100))).isEqualTo(Status.VALUE_TOO_LONG);
    }

    @Test
    void shouldReadEntriesWithoutKeysAndWithDeadlines() {
        quiet();
        value.setUtf8("anonymous");
        assertThat(engine.allocate(entry)).isEqualTo(Status.OK);
        long anonymous = entry.handle();
        assertThat(engine.put(anonymous, value, entry)).isEqualTo(Status.OK);
        value.setUtf8("ends");
        assertThat(engine.putFor(new Key("t"), 1_000_000_000L, value, entry)).isEqualTo(Status.OK);
        long ending = entry.handle();
        assertThat(reader.get(anonymous, entry)).isEqualTo(Status.OK);
        assertThat(entry.value().toUtf8()).isEqualTo("anonymous");
        assertThat(reader.get(ending, entry)).isEqualTo(Status.OK);
        assertThat(entry.value().toUtf8()).isEqualTo("ends");
    }

    @Test
    void shouldAnswerWithACodeForWhatIsGone() {
        quiet();
        long cleared = put("cleared", "v");
        long deleted = put("deleted", "v");
        assertThat(engine.clear(cleared, entry)).isEqualTo(Status.OK);
        assertThat(engine.delete(deleted, entry)).isEqualTo(Status.OK);
        assertThat(reader.get(cleared, entry)).isEqualTo(Status.ABSENT);
        assertThat(entry.value().length()).isZero();
        assertThat(reader.get(deleted, entry)).isEqualTo(Status.STALE_HANDLE);
        assertThat(reader.get(Handle.of(0, 5, 17), entry)).isEqualTo(Status.STALE_HANDLE);
        assertThat(reader.get(Handle.of(1, 1, 0), entry)).isEqualTo(Status.STALE_HANDLE);
        assertThat(reader.get(Handle.of(0, 1, 1_000_000), entry)).isEqualTo(Status.STALE_HANDLE);
        assertThat(reader.get(Handle.NULL, entry)).isEqualTo(Status.STALE_HANDLE);
    }

    @Test
    void shouldSayWhenAValueHasNotReachedALevel() {
        quiet();
        long handle = put("k", "v");
        assertThat(reader.get(handle, Level.SYNCED, entry)).isEqualTo(Status.NOT_YET);
        assertThat(entry.version()).isPositive();
        assertThat(entry.value().length()).isZero();
        engine.live().reached(Level.SYNCED, entry.version());
        assertThat(reader.get(handle, Level.SYNCED, entry)).isEqualTo(Status.OK);
        assertThat(reader.get(handle, 99, entry)).isEqualTo(Status.INVALID_REQUEST);
    }

    @Test
    void shouldReadMoreThanSixteenTogether() {
        quiet();
        Batch batch = new Batch(7040);
        for (int i = 0; i < 40; i++) {
            batch.add(put("k" + i, i % 3 == 0 ? "long value number " + i : "v" + i));
        }
        assertThat(reader.get(batch)).isEqualTo(Status.OK);
        for (int i = 0; i < 40; i++) {
            assertThat(batch.status(i)).isEqualTo(Status.OK);
            assertThat(batch.entry(i).value().toUtf8()).isEqualTo(i % 3 == 0 ? "long value number " + i : "v" + i);
        }
        batch.clear();
        batch.add(new Key("k1"));
        assertThat(reader.get(batch)).isEqualTo(Status.OK);
        assertThat(batch.status(0)).isEqualTo(Status.INVALID_REQUEST);
    }

    @Test
    void shouldNotReadFromAShardThatDoesNotServe() {
        quiet();
        long handle = put("k", "v");
        long epoch = engine.epoch();
        Map<Integer, Integer> answers = Map.of(
                RegionState.RETIRED, Status.REGION_RETIRED,
                RegionState.FAILED, Status.REGION_FAILED,
                RegionState.RECOVERING, Status.WRITER_UNAVAILABLE,
                RegionState.MIRROR, Status.WRITER_UNAVAILABLE);
        answers.forEach((state, status) -> {
            engine.live().state(state, epoch);
            assertThat(reader.get(handle, entry)).as(RegionState.name(state)).isEqualTo(status);
        });
        engine.live().state(RegionState.SERVING, epoch + 1);
        assertThat(reader.get(handle, entry)).isEqualTo(Status.EPOCH_CHANGED);
        reader.adoptEpoch();
        assertThat(reader.epoch()).isEqualTo(epoch + 1);
        assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
    }

    /** It was cut off, and does not know: whoever took over waited for the lease. */
    @Test
    void shouldNotReadFromAShardWhoseLeaseHasRunOut() {
        boolean[] isDeposed = new boolean[1];
        open(SEED, SimFaults.NONE, () -> {
            if (!isDeposed[0]) {
                prolong();
            }
        });
        long handle = put("k", "v");
        assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
        isDeposed[0] = true;
        nowNs += LEASE_NS;
        assertThat(reader.get(handle, entry)).isEqualTo(Status.WRITER_UNAVAILABLE);
        isDeposed[0] = false;
        assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
    }

    @Test
    void shouldGiveUpAnEntryWhoseWriterDiedInsideAChange() {
        quiet();
        long handle = put("k", "v");
        long slot = engine.registry().slotAddress(Handle.slot(handle))
                - memory.segment().address();
        memory.segment().set(ValueLayout.JAVA_LONG, slot, entry.version() << 1 | 1);
        assertThat(reader.get(handle, entry)).isEqualTo(Status.WRITER_UNAVAILABLE);
        assertThat(reader.retries()).isPositive();
        assertThat(reader.isBroken()).isFalse();
    }

    /** Every bit of a slot turned over: never another answer than before, nor a value. */
    @Test
    void shouldNotBelieveASlotOfWhichABitIsWrong() {
        quiet();
        long handle = put("k", "v");
        long slot = engine.registry().slotAddress(Handle.slot(handle))
                - memory.segment().address();
        for (int bit = 0; bit < 32 * 8; bit++) {
            byte right = memory.segment().get(ValueLayout.JAVA_BYTE, slot + bit / 8);
            memory.segment().set(ValueLayout.JAVA_BYTE, slot + bit / 8, (byte) (right ^ 1 << bit % 8));
            assertThat(reader.get(handle, entry)).as("bit " + bit).isEqualTo(Status.WRITER_UNAVAILABLE);
            memory.segment().set(ValueLayout.JAVA_BYTE, slot + bit / 8, right);
        }
        assertThat(reader.get(handle, entry)).isEqualTo(Status.OK);
    }

    @Test
    void shouldAnswerWithACodeWhenTheOtherMachineIsGone() {
        quiet();
        long handle = put("k", "v");
        network.kill(server);
        assertThat(reader.get(handle, entry)).isEqualTo(Status.WRITER_UNAVAILABLE);
        assertThat(reader.isBroken()).isTrue();
        assertThat(reader.get(handle, entry)).isEqualTo(Status.WRITER_UNAVAILABLE);
        reader.close();
        assertThat(reader.get(handle, entry)).isEqualTo(Status.REGION_RETIRED);
    }

    /** Beside a shard that changes, frees and reuses entries between any two pieces of a read: what is read was there in the call. */
    @Test
    void shouldAnswerWhatWasThereAtSomeMomentOfTheCall() {
        long seed = Seed.of(SEED);
        long required = Proof.required(10_000, 1_000_000);
        long retries = 0;
        for (long i = 0; i < required; i++) {
            try (ChangingShard shard = new ChangingShard(new SplittableRandom(seed + i), seed + i)) {
                retries += shard.run();
            }
        }
        System.out.println("remote reads by seed: retries " + retries);
        assertThat(retries).isPositive();
        Proof.note("remote-reads-simulated", required, required, seed);
    }

    /** A shard of a few entries, each change of which is remembered. */
    private static final class ChangingShard implements AutoCloseable {
        private static final int ENTRIES = 6;
        private static final int CALLS = 4;

        private final SplittableRandom random;
        private final ScratchRegion region = new ScratchRegion(ScratchRegion.sizing(16, 4, 1L << 18), 11);
        private final ShardEngine shard = ShardEngine.attach(region.segment());
        private final Map<Long, byte[]> values = new HashMap<>();
        private final Map<Long, Long> freedAt = new HashMap<>();
        private final long[] handles = new long[ENTRIES];
        private final Entry changed = new Entry(256);
        private final Value written = new Value(256);
        private final SimNetwork wires;
        private final RemoteReader remote;
        private long clockNs = 1;

        ChangingShard(SplittableRandom random, long seed) {
            this.random = random;
            shard.serve();
            for (int i = 0; i < ENTRIES; i++) {
                write(i);
            }
            wires = new SimNetwork(seed, SimFaults.NONE);
            SimFabric host = wires.host();
            Endpoint endpoint = host.endpoint(1);
            RegisteredRegion readable = host.readable(region.segment());
            wires.stepsWithPolls(() -> clockNs += 10);
            remote = RemoteReader.over(
                    wires.host(),
                    new RemotePlace("sim", endpoint.address(), readable.place(), shard.epoch(), 100_000),
                    new MonotonicClock() {
                        @Override
                        public long nowNs() {
                            return clockNs += 10;
                        }

                        @Override
                        public void pause() {
                            clockNs += 10;
                        }
                    });
            wires.faults(new SimFaults(100, random.nextInt(8) == 0 ? 5 : 0, 20, 20, 0, 20));
            wires.stepsWithPolls(this::change);
        }

        private void change() {
            clockNs += 10;
            shard.live().leaseUntilNs(clockNs, clockNs - 100_000);
            if (random.nextInt(12) == 0) {
                int which = random.nextInt(ENTRIES);
                if (random.nextInt(6) == 0) {
                    assertThat(shard.delete(handles[which], changed)).isEqualTo(Status.OK);
                    freedAt.put(handles[which], changed.version());
                }
                write(which);
            }
        }

        private void write(int which) {
            written.resize(1 + random.nextInt(random.nextBoolean() ? 16 : 200));
            random.nextBytes(written.array());
            written.set(written.toByteArray(), 0, written.length()); // zero beyond the length
            assertThat(shard.put(new Key("k" + which), written, changed)).isEqualTo(Status.OK);
            handles[which] = changed.handle();
            values.put(changed.version(), written.toByteArray());
        }

        long run() {
            Batch batch = new Batch(256);
            for (int call = 0; call < CALLS && !remote.isBroken(); call++) {
                batch.clear();
                for (int i = 0, count = 1 + random.nextInt(16); i < count; i++) {
                    batch.add(handles[random.nextInt(ENTRIES)]);
                }
                long before = shard.lastRecorded();
                assertThat(remote.get(batch)).isEqualTo(Status.OK);
                for (int i = 0; i < batch.length(); i++) {
                    check(batch.status(i), batch.handle(i), batch.entry(i), before);
                }
            }
            return remote.retries();
        }

        private void check(int status, long handle, Entry read, long before) {
            if (status == Status.OK) {
                assertThat(read.handle()).isEqualTo(handle);
                assertThat(read.value().toByteArray()).isEqualTo(values.get(read.version()));
                assertThat(freedAt.getOrDefault(handle, Long.MAX_VALUE))
                        .isGreaterThan(Math.min(before, read.version()));
            } else if (status == Status.STALE_HANDLE) {
                assertThat(freedAt).containsKey(handle);
            } else {
                assertThat(status).isEqualTo(Status.WRITER_UNAVAILABLE);
                assertThat(remote.isBroken()).isTrue();
            }
        }

        @Override
        public void close() {
            region.close();
        }
    }
}
