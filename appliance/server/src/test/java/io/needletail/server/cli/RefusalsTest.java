package io.needletail.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.SessionLimits;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.ShardRoute;
import io.needletail.registry.view.Status;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private static final SessionLimits LIMITS = new SessionLimits(
            1,
            2,
            3,
            0,
            new ShardRoute(0, 1),
            1024,
            65_536,
            7040,
            8160,
            128,
            64,
            2_000_000_000L,
            0,
            0,
            false,
            "region",
            Optional.empty());

    /** Who hears nothing knows no level; a shard that stopped says how far the change came, be it no further than memory. */
    @Test
    void shouldTellWhoHeardNothingFromWhoWasToldThatTheShardStopped() {
        Entry entry = new Entry(16);
        entry.level(Level.NONE);
        assertThat(Refusals.explain(Status.UNKNOWN, LIMITS, entry))
                .contains("no answer in time")
                .doesNotContain("level=");
        entry.level(Level.MEMORY);
        assertThat(Refusals.explain(Status.UNKNOWN, LIMITS, entry))
                .contains("the shard stopped when the change had reached level=memory");
    }

    @Test
    void shouldSayOfEveryRefusalWhatItMeansAndWhatToDo() {
        Set<String> texts = new HashSet<>();
        for (int status = Status.NOT_FOUND; status < Status.count(); status++) {
            String text = Refusals.explain(status, LIMITS, new Entry(16));
            assertThat(text).as(Status.name(status)).doesNotEndWith("refused");
            if (status != Status.NOT_FOUND && status != Status.ABSENT) {
                assertThat(text).startsWith("error " + Status.name(status) + ": ");
                assertThat(texts.add(text)).as(text).isTrue();
            }
        }
        assertThat(Refusals.explain(Status.KEY_TOO_LONG, LIMITS, new Entry(16)))
                .isEqualTo(
                        "error KEY_TOO_LONG: the longest key has 1024 bytes; raise max-key-length and start --fresh");
    }
}
