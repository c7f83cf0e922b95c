package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.client.BlockingSession;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The warm-up's client turned by hand, against an appliance as everybody else uses it. */
class WarmUpClientTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int ROUNDS = 5;

    private final ExecutorService waiting = Executors.newSingleThreadExecutor();
    private final WarmUpClient client = new WarmUpClient(ROUNDS);

    @AfterEach
    void stop() {
        waiting.shutdownNow();
    }

    private CompletableFuture<String> play(Session session) {
        return CompletableFuture.supplyAsync(() -> client.play(session, 20 * SECOND_NS, 20 * SECOND_NS), waiting);
    }

    private void turnUntilDone(CompletableFuture<String> playing) {
        while (!playing.isDone()) {
            client.doWork();
        }
    }

    @Test
    void shouldPlayAllRoundsAndLeaveNoEntryBehind() throws Exception {
        try (RunningAppliance appliance = new RunningAppliance();
                Session session = Session.connect(appliance.dir(), SECOND_NS * 20);
                BlockingSession other = appliance.connect()) {
            CompletableFuture<String> playing = play(session);
            turnUntilDone(playing);
            assertThat(playing.get()).matches("5 of 5 rounds in \\d+ ms");
            assertThat(session.isClosed()).isFalse();
            int[] left = new int[1];
            other.scan(new Key(), Long.MAX_VALUE, (key, entry) -> left[0]++);
            assertThat(left[0]).isZero();
        }
    }

    @Test
    void shouldSayThatItsSessionEndedBeforeItWasDone() throws Exception {
        try (RunningAppliance appliance = new RunningAppliance();
                Session session = Session.connect(appliance.dir(), SECOND_NS * 20)) {
            CompletableFuture<String> playing = play(session);
            while (session.inFlight() == 0) {
                client.doWork();
            }
            appliance.appliance().close();
            turnUntilDone(playing);
            assertThat(playing.get()).contains("0 of 5 rounds", "its session ended");
        }
    }

    @Test
    void shouldSayWhichStepWasAnsweredWrongly() throws IOException {
        try (RunningAppliance appliance = new RunningAppliance();
                Session session = Session.connect(appliance.dir(), SECOND_NS * 20);
                BlockingSession other = appliance.connect()) {
            assertThat(other.put(new Key("warm-up"), new Value(16), new Entry(16)))
                    .isEqualTo(Status.OK);
            CompletableFuture<String> playing = play(session);
            turnUntilDone(playing);
            assertThatThrownBy(playing::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("step 0: status=EXISTS expected=OK");
        }
    }
}
