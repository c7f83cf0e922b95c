package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Seed;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/** A client outside the appliance that remembers every acknowledgement, and finds each again. */
final class RememberingClient {
    static final int KEYS = 500;

    /** Between two kills: enough that one falls into every part of a file. */
    private static final int MOST_CHANGES = 20_000;

    private final SplittableRandom random;
    private final Key key = new Key();
    private final Value value = new Value(300);
    private final Entry entry = new Entry(7040);
    /** By key: the number of its last change that was acknowledged, and of the last that was sent. */
    private final long[] acknowledged = new long[KEYS];

    private final long[] sent = new long[KEYS];

    RememberingClient(long seed) {
        random = new SplittableRandom(Seed.of(seed));
    }

    /** By key, the number of its last change that was acknowledged. */
    long[] acknowledged() {
        return acknowledged;
    }

    /** Begins with an appliance that has nothing. */
    void forget() {
        Arrays.fill(acknowledged, 0);
        Arrays.fill(sent, 0);
    }

    /** Many are under way at any time, and the process dies at some one of them. */
    long changeUntilItIsKilled(ApplianceProcess appliance, int level) throws Exception {
        return changeUntilItIsKilled(appliance.dir(), level, appliance::kill9);
    }

    /** Ends a process. */
    @FunctionalInterface
    interface Killer {
        void kill() throws Exception;
    }

    long changeUntilItIsKilled(Path dir, int level, Killer killer) throws Exception {
        long[] answered = new long[1];
        Map<Long, Integer> underWay = new HashMap<>();
        int killedAfter = 1 + random.nextInt(MOST_CHANGES);
        try (Session session = Session.connect(dir, ApplianceProcess.TIMEOUT_NS)) {
            session.level(level);
            ResultHandler handler = (id, status, one) -> {
                int number = underWay.remove(id);
                if (status == Status.UNKNOWN) {
                    return;
                }
                assertThat(status).as(Status.name(status)).isEqualTo(Status.OK);
                assertThat(one.level()).isEqualTo(level);
                answered[0]++;
                acknowledged[number % KEYS] = Math.max(acknowledged[number % KEYS], number);
            };
            while (!session.isClosed()) {
                if (answered[0] < killedAfter) {
                    send(session, underWay);
                } else {
                    killer.kill();
                    while (session.poll(handler, 16) > 0) { // what was acknowledged before counts too
                        Thread.onSpinWait();
                    }
                    break;
                }
                session.poll(handler, 16);
            }
        }
        return answered[0];
    }

    /** Changes of one key have rising numbers, of any length. */
    private void send(Session session, Map<Long, Integer> underWay) {
        int one = random.nextInt(KEYS);
        int number = (int) sent[one] + KEYS + (sent[one] == 0 ? one : 0);
        key.setUtf8("order:" + one);
        value.setUtf8(number + " " + "x".repeat(random.nextInt(200)));
        long id = session.put(key, value);
        if (id > 0) {
            sent[one] = number;
            underWay.put(id, number);
        }
    }

    /** A key has what was acknowledged last, or something that was sent behind it. */
    void assertThatAllIsThere(Path dir) {
        assertThatAllIsThere(dir, acknowledged);
    }

    void assertThatAllIsThere(Path dir, long[] atLeast) {
        try (Session session = Session.connect(dir, ApplianceProcess.TIMEOUT_NS)) {
            BlockingSession blocking = new BlockingSession(session, ApplianceProcess.TIMEOUT_NS);
            for (int one = 0; one < KEYS; one++) {
                key.setUtf8("order:" + one);
                int status = blocking.get(key, entry);
                long number = status == Status.NOT_FOUND
                        ? 0
                        : Long.parseLong(entry.value().toUtf8().split(" ")[0]);
                assertThat(number).as("order:" + one).isBetween(atLeast[one], sent[one]);
            }
        }
    }

    void changeUntil(Path dir, BooleanSupplier enough) {
        changeUntil(dir, Level.SYNCED, enough);
    }

    void changeUntil(Path dir, int level, BooleanSupplier enough) {
        Map<Long, Integer> underWay = new HashMap<>();
        try (Session session = Session.connect(dir, ApplianceProcess.TIMEOUT_NS)) {
            session.level(level);
            ResultHandler handler = (id, status, one) -> {
                int number = underWay.remove(id);
                assertThat(status).as(Status.name(status)).isEqualTo(Status.OK);
                acknowledged[number % KEYS] = Math.max(acknowledged[number % KEYS], number);
            };
            long deadlineNs = System.nanoTime() + ApplianceProcess.TIMEOUT_NS;
            while (!enough.getAsBoolean() || session.inFlight() > 0) {
                assertThat(System.nanoTime() - deadlineNs).isNegative();
                if (!enough.getAsBoolean()) {
                    send(session, underWay);
                }
                session.poll(handler, 16);
            }
        }
    }
}
