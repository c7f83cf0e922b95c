package io.needletail.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.Await;
import io.needletail.server.RunningAppliance;
import io.needletail.server.limits.Limit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every limit of the table, exhausted while another session goes on. How long that one waits is measured by bench limits. */
@Tag("beside-others")
class LimitsTest {
    private static final long TIMEOUT_MS = 10_000;

    @ParameterizedTest
    @EnumSource(Limit.class)
    void shouldAnswerWhoeverAsksForMoreAndCountItAndServeTheOtherSession(Limit limit) throws Exception {
        try (RunningAppliance appliance =
                        new RunningAppliance(Exhaustion.settings(limit).toArray(String[]::new));
                Bystander bystander = new Bystander(appliance.connect());
                Exhaustion exhaustion = new Exhaustion(appliance)) {
            assertThat(exhaustion.exhaust(limit)).isEqualTo(limit.beyond().toString());
            if (limit.counter() != null) {
                Await.until(limit.counter().label(), TIMEOUT_MS, () -> appliance.counter(limit.counter()) > 0);
            }
            long answered = bystander.answered();
            Await.until("the other session is answered", TIMEOUT_MS, () -> bystander.answered() > answered + 10);
            assertThat(appliance.appliance().hasFailed()).isFalse();
        }
    }

    /** Reads its own entry without end, and finds it as it was. */
    private static final class Bystander implements AutoCloseable {
        private final BlockingSession session;
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final AtomicLong answered = new AtomicLong();
        private final Thread thread;
        private volatile Throwable wrong;

        Bystander(BlockingSession session) {
            this.session = session;
            thread = Thread.ofPlatform().name("bystander").start(this::run);
            Await.until("its entry is there", TIMEOUT_MS, () -> answered() > 0);
        }

        private void run() {
            try {
                Key key = new Key("bystander");
                Value value = new Value(16);
                value.setUtf8("untouched");
                Entry entry = new Entry(64);
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
                while (!stopped.get()) {
                    assertThat(session.get(key, entry)).isEqualTo(Status.OK);
                    assertThat(entry.value().toUtf8()).isEqualTo("untouched");
                    answered.incrementAndGet();
                }
            } catch (Throwable e) {
                wrong = e;
            }
        }

        long answered() {
            if (wrong != null) {
                throw new AssertionError("the other session was disturbed", wrong);
            }
            return answered.get();
        }

        @Override
        public void close() {
            stopped.set(true);
            Await.until("it ends", TIMEOUT_MS, () -> !thread.isAlive());
            session.close();
        }
    }
}
