package io.needletail.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InFlightTest {
    @Test
    void shouldRefuseBeyondTheWindowAndTakeEachAnswerOnce() {
        InFlight inFlight = new InFlight(3);
        List<Long> ids = new ArrayList<>();
        for (long id = inFlight.next(); id != 0; id = inFlight.next()) {
            ids.add(id);
            inFlight.sent();
        }
        assertThat(ids).hasSize(3);
        assertThat(inFlight.answered(ids.get(1))).isTrue();
        assertThat(inFlight.answered(ids.get(1))).isFalse();
        assertThat(inFlight.answered(999)).isFalse();
        assertThat(inFlight.answered(0)).isFalse();
        assertThat(inFlight.next()).isNotZero();
        assertThat(inFlight.count()).isEqualTo(2);
    }

    @Test
    void shouldHoldBackWhenAnOldRequestIsStillUnansweredAfterTheTableWentRound() {
        InFlight inFlight = new InFlight(2);
        long slow = inFlight.next();
        inFlight.sent();
        long id = inFlight.next();
        int sent = 0;
        while (id != 0) {
            inFlight.sent();
            assertThat(inFlight.answered(id)).isTrue();
            sent++;
            id = inFlight.next();
        }
        assertThat(sent).isPositive();
        assertThat(inFlight.answered(slow)).isTrue();
        assertThat(inFlight.next()).isNotZero();
    }

    @Test
    void shouldReportWhatIsUnansweredOldestFirst() {
        InFlight inFlight = new InFlight(64);
        for (int i = 0; i < 200; i++) {
            long id = inFlight.next();
            inFlight.sent();
            assertThat(inFlight.answered(id)).isTrue();
        }
        List<Long> sent = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            sent.add(inFlight.next());
            inFlight.sent();
        }
        inFlight.answered(sent.remove(4));
        List<Long> unknown = new ArrayList<>();
        inFlight.failAll(
                (id, status, entry) -> {
                    assertThat(status).isEqualTo(Status.UNKNOWN);
                    unknown.add(id);
                },
                new Entry(0));
        assertThat(unknown).isEqualTo(sent);
        assertThat(inFlight.count()).isZero();
    }
}
