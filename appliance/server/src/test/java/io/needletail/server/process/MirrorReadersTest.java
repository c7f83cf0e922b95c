package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.needletail.client.BlockingSession;
import io.needletail.client.ColocatedReader;
import io.needletail.client.MirrorReader;
import io.needletail.client.RemotePlace;
import io.needletail.client.remote.RemoteReader;
import io.needletail.memory.PrivateFiles;
import io.needletail.rdma.LibFabric;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.EntryReader;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.replication.FileMembership;
import io.needletail.replication.MemberCard;
import io.needletail.server.Await;
import io.needletail.testing.Proof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read of a mirror, and how old it says that it may be, beside a primary that changes it all the time. */
class MirrorReadersTest {
    private static final long MOST_STALE_NS = 1_500_000_000;
    private static final int ROUNDS = 300;
    /** With a slow machine, which may leave a process off its core for long. */
    private static final String[] PATIENT = {"fabric=tcp;ofi_rxm", "lease=6s", "mirror-timeout=5s"};

    private final Key key = new Key("k");
    private final Value value = new Value(8);
    private final Entry written = new Entry(64);
    private final Entry read = new Entry(64);
    private Path folder;
    /** The last that was put: they rise over the whole test. */
    private long number;

    @BeforeEach
    void makeFolder() throws IOException {
        assumeTrue(LibFabric.isAvailable(), LibFabric::reason);
        folder = Files.createTempDirectory("needletail-mirrors");
    }

    @AfterEach
    void removeFolder() throws IOException {
        if (folder != null) {
            PrivateFiles.deleteTree(folder);
        }
    }

    private RemotePlace placeOf(int member) throws IOException {
        MemberCard card = MemberProcess.membership(folder).card(member);
        var agreed = MemberProcess.membership(folder).configuration();
        return new RemotePlace(card.provider(), card.endpoint(), card.region(), agreed.logEpoch(), agreed.leaseNs());
    }

    private void put(BlockingSession session, long one) {
        value.resize(8);
        value.putLong(0, one);
        assertThat(session.put(key, value, written)).isEqualTo(Status.OK);
    }

    /** Number after number: what was acknowledged longer ago than an answer may be old is in that answer. */
    private long followNumbers(BlockingSession session, EntryReader reader, LongSupplier stalenessNs) {
        long longestNs = 0;
        for (int round = 0; round < ROUNDS; round++) {
            put(session, ++number);
            long acknowledgedNs = System.nanoTime();
            boolean mustHave = false;
            while (!mustHave) {
                long beforeNs = System.nanoTime();
                assertThat(beforeNs - acknowledgedNs).isLessThan(ApplianceProcess.TIMEOUT_NS);
                int status = reader.get(written.handle(), read);
                if (status != Status.OK) {
                    continue; // a reader that has just been opened, or a mirror that was off its core
                }
                longestNs = Math.max(longestNs, stalenessNs.getAsLong());
                mustHave = beforeNs - stalenessNs.getAsLong() - acknowledgedNs > 0;
                long seen = read.value().getLong(0);
                assertThat(seen).isBetween(mustHave ? number : 0, number);
            }
        }
        return longestNs;
    }

    @Test
    void shouldSayNoMoreThanItKnowsOfHowOldAnAnswerIs() throws Exception {
        try (MemberProcess primary = MemberProcess.start(folder, 0, PATIENT).awaitServing();
                MemberProcess mirror = MemberProcess.start(folder, 1, PATIENT).awaitInSync()) {
            FileMembership membership = MemberProcess.membership(folder);
            Await.until(
                    "a mirror",
                    MemberProcess.PATIENCE_MS,
                    () -> membership.configuration().mirrorCount() == 1);
            try (BlockingSession session = BlockingSession.connect(primary.dir(), ApplianceProcess.TIMEOUT_NS);
                    MirrorReader colocated = MirrorReader.open(mirror.dir().resolve("region/shard-0"), MOST_STALE_NS);
                    ColocatedReader plain = ColocatedReader.open(mirror.dir().resolve("region/shard-0"));
                    RemoteReader remote = RemoteReader.openMirror(placeOf(1), MOST_STALE_NS)) {
                put(session, 0);
                long here = followNumbers(session, colocated, colocated::stalenessNs);
                long elsewhere = followNumbers(session, remote, remote::stalenessNs);
                System.out.println("a mirror's answers were at most " + here / 1_000 + " us old here, "
                        + elsewhere / 1_000 + " us by one-sided reads");
                assertThat(plain.get(written.handle(), read)).isEqualTo(Status.WRITER_UNAVAILABLE);
                assertThatItGrowsOld(primary, colocated, remote);
                assertThatItServesWhenItIsPromoted(primary, mirror, colocated);
            }
        }
        Proof.note("mirror-reads-within-their-staleness", 2 * ROUNDS, 2 * ROUNDS, 0);
    }

    /** Nobody says any more how the log goes on. */
    private void assertThatItGrowsOld(MemberProcess primary, MirrorReader colocated, RemoteReader remote)
            throws Exception {
        Signals.stop(primary.pid());
        Await.until(
                "too old, here",
                MemberProcess.PATIENCE_MS,
                () -> colocated.get(written.handle(), read) == Status.WRITER_UNAVAILABLE);
        assertThat(colocated.stalenessNs()).isGreaterThan(MOST_STALE_NS);
        Await.until(
                "too old, by one-sided reads",
                MemberProcess.PATIENCE_MS,
                () -> remote.get(written.handle(), read) == Status.WRITER_UNAVAILABLE);
    }

    private void assertThatItServesWhenItIsPromoted(MemberProcess primary, MemberProcess mirror, MirrorReader colocated)
            throws Exception {
        primary.kill9();
        MemberProcess.membership(folder).want(1);
        mirror.awaitServing();
        assertThat(colocated.get(written.handle(), read)).isEqualTo(Status.EPOCH_CHANGED);
        colocated.adoptEpoch();
        assertThat(colocated.get(written.handle(), read)).isEqualTo(Status.OK);
        assertThat(read.value().getLong(0)).isEqualTo(number);
        assertThat(colocated.stalenessNs()).isZero();
    }
}
