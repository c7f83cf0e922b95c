package io.needletail.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.rdma.RemoteRegion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMembershipTest {
    @TempDir
    private Path folder;

    private static Configuration first() {
        return Configuration.first(2, 9, 1, 1_000_000, 1);
    }

    @Test
    void shouldAgreeOnNothingBeforeTheFirst() throws IOException {
        FileMembership membership = new FileMembership(folder);
        assertThat(membership.configuration()).isNull();
        assertThat(membership.card(0)).isNull();
        assertThat(membership.wanted()).isEqualTo(-1);
        assertThat(membership.compareAndSet(0, first())).isFalse();
        assertThat(membership.compareAndSet(-1, first())).isTrue();
        assertThat(membership.compareAndSet(-1, first())).isFalse();
        assertThat(new FileMembership(folder).configuration()).isEqualTo(first());
    }

    @Test
    void shouldLetOneOfSeveralReplaceAVersion() throws Exception {
        new FileMembership(folder).compareAndSet(-1, first());
        AtomicInteger replaced = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            FileMembership one = new FileMembership(folder);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < 25; round++) {
                    Configuration now = one.configuration();
                    replaced.addAndGet(one.compareAndSet(now.version(), now.withMirrors(1)) ? 1 : 0);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(replaced.get()).isPositive();
        assertThat(new FileMembership(folder).configuration().version()).isEqualTo(replaced.get());
    }

    @Test
    void shouldKeepCardsAndWishes() throws IOException {
        FileMembership membership = new FileMembership(folder);
        MemberCard card = new MemberCard(
                3,
                5,
                "tcp;ofi_rxm",
                new byte[] {1, -2},
                new RemoteRegion(1, -3, 4),
                new RemoteRegion(5, 6, 7),
                MemberCard.NONE,
                9,
                10,
                "/some where=else");
        membership.publish(card);
        MemberCard read = new FileMembership(folder).card(3);
        assertThat(read).usingRecursiveComparison().isEqualTo(card);
        membership.want(3);
        assertThat(membership.wanted()).isEqualTo(3);
        membership.wantNobody();
        assertThat(membership.wanted()).isEqualTo(-1);
    }

    /** Corrupt is not absent. */
    @Test
    void shouldRefuseAFileThatIsDamaged() throws IOException {
        FileMembership membership = new FileMembership(folder);
        membership.compareAndSet(-1, first());
        Path file = folder.resolve("configuration");
        Files.writeString(file, Files.readString(file).replace("epoch=9", "epoch=8"));
        assertThatThrownBy(membership::configuration)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void shouldNeedFewerPromisesTheMoreMirrorsMustHaveAChange() {
        Configuration three = new Configuration(1, 9, 2, 9, 2, 0b11011, 1, 1, 1).withMirrors(0b01011);
        assertThat(three.promisesNeeded()).isEqualTo(3);
        assertThat(three.commitCount()).isEqualTo(1);
        Configuration two = new Configuration(1, 9, 2, 9, 2, 0b01011, 2, 1, 1);
        assertThat(two.promisesNeeded()).isEqualTo(2);
        assertThat(two.commitCount()).isEqualTo(2);
        Configuration fewer = new Configuration(1, 9, 2, 9, 2, 0b00001, 2, 1, 1);
        assertThat(fewer.promisesNeeded()).isEqualTo(1);
        assertThat(fewer.commitCount()).isEqualTo(1);
        assertThatThrownBy(() -> new Configuration(1, 9, 2, 9, 2, 0b00100, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
