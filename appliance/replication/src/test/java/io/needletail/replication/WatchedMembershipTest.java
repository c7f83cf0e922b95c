package io.needletail.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.rdma.RemoteRegion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedMembershipTest {
    private static final long PATIENCE_NS = 10_000_000_000L;

    @TempDir
    private Path folder;

    private final List<String> faults = new CopyOnWriteArrayList<>();

    private static Configuration first() {
        return Configuration.first(2, 9, 1, 1_000_000, 1);
    }

    private static MemberCard card(int member) {
        return new MemberCard(
                member,
                5,
                "tcp;ofi_rxm",
                new byte[] {1, -2},
                new RemoteRegion(1, -3, 4),
                new RemoteRegion(5, 6, 7),
                MemberCard.NONE,
                9,
                10,
                "/some where");
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (!condition.holds()) {
            assertThat(System.nanoTime() - deadlineNs).isNegative();
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldSeeWhatItSetsAtOnceAndWhatOthersSetSoon() throws IOException {
        FileMembership others = new FileMembership(folder);
        try (WatchedMembership watched = new WatchedMembership(new FileMembership(folder), faults::add)) {
            assertThat(watched.configuration()).isNull();
            assertThat(watched.compareAndSet(-1, first())).isTrue();
            assertThat(watched.configuration()).isEqualTo(first());
            watched.publish(card(2));
            assertThat(watched.card(2)).usingRecursiveComparison().isEqualTo(card(2));
            Configuration next = first().withMirrors(1);
            assertThat(others.compareAndSet(0, next)).isTrue();
            others.publish(card(0));
            others.want(0);
            await(() -> next.equals(watched.configuration()) && watched.card(0) != null && watched.wanted() == 0);
            watched.wantNobody();
            assertThat(watched.wanted()).isEqualTo(-1);
            assertThat(others.wanted()).isEqualTo(-1);
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void shouldKnowByWhomItWasBeatenAtOnce() throws IOException {
        FileMembership others = new FileMembership(folder);
        others.compareAndSet(-1, first());
        try (WatchedMembership watched = new WatchedMembership(new FileMembership(folder), faults::add)) {
            Configuration next = first().withMirrors(1);
            others.compareAndSet(0, next);
            assertThat(watched.compareAndSet(0, first().withMirrors(2))).isFalse();
            assertThat(watched.configuration()).isEqualTo(next);
        }
    }

    /** A card that nobody can read is one member's; the members' configuration is everybody's. */
    @Test
    void shouldSeeTheRestWhenACardIsDamagedAndSaySo() throws IOException {
        FileMembership others = new FileMembership(folder);
        others.compareAndSet(-1, first());
        others.publish(card(3));
        Files.writeString(folder.resolve("member-0"), "member=0\n");
        try (WatchedMembership watched = new WatchedMembership(new FileMembership(folder), faults::add)) {
            assertThat(watched.configuration()).isEqualTo(first());
            assertThat(watched.card(0)).isNull();
            assertThat(watched.card(3)).isNotNull();
            others.compareAndSet(0, first().withMirrors(1));
            others.want(1);
            await(() -> watched.configuration().mirrors() == 1 && watched.wanted() == 1);
            assertThat(faults).anyMatch(fault -> fault.contains("member-0"));
        }
    }

    /** Else two would be the primary, each in a membership of its own. */
    @Test
    void shouldSeeAMembershipThatWasBegunAgain() throws IOException {
        FileMembership others = new FileMembership(folder);
        others.compareAndSet(-1, first());
        others.compareAndSet(0, first().withMirrors(1));
        try (WatchedMembership watched = new WatchedMembership(new FileMembership(folder), faults::add)) {
            assertThat(watched.configuration().version()).isEqualTo(1);
            Files.delete(folder.resolve("configuration"));
            Configuration again = Configuration.first(4, 20, 1, 1_000_000, 1);
            assertThat(others.compareAndSet(-1, again)).isTrue();
            await(() -> again.equals(watched.configuration()));
        }
    }
}
