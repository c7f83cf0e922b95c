package io.needletail.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;
import org.junit.jupiter.api.Test;

/** The judge of the demo's reads must be able to find each fault. */
class ReadCheckerTest {
    private final TopOfBookLog acknowledged = new TopOfBookLog();
    private final TopOfBookReads reads = new TopOfBookReads();
    private final Entry entry = new Entry(16);

    ReadCheckerTest() {
        acknowledged.add(100, 10, 1, 2, 0);
        acknowledged.add(200, 20, 3, 4, 0);
    }

    private ReadChecker check() {
        reads.endRun();
        ReadChecker checker = new ReadChecker();
        checker.check(acknowledged, reads.runs());
        return checker;
    }

    private void read(long cycles, int status, long version, long bid, long ask) {
        entry.identify(1, version);
        entry.value().setInline(bid, ask, 16);
        reads.add(cycles, status, entry);
    }

    @Test
    void shouldPassReadsThatSawWhatWasWritten() {
        read(50, Status.ABSENT, 5, 0, 0);
        read(150, Status.OK, 10, 1, 2);
        read(190, Status.OK, 20, 3, 4); // newer than acknowledged is fine
        read(300, Status.OK, 20, 3, 4);
        ReadChecker checker = check();
        assertThat(checker.torn() + checker.stale() + reads.torn() + reads.backwards())
                .isZero();
        assertThat(reads.count()).isEqualTo(4);
    }

    @Test
    void shouldFindAStaleRead() {
        read(150, Status.OK, 10, 1, 2);
        read(201, Status.OK, 10, 1, 2); // began after 20 was acknowledged
        assertThat(check().stale()).isEqualTo(1);
    }

    @Test
    void shouldFindARefusedHandleAndAValueThatIsMissing() {
        read(150, Status.STALE_HANDLE, 10, 0, 0);
        read(160, Status.ABSENT, 5, 0, 0);
        assertThat(check().stale()).isEqualTo(2);
    }

    @Test
    void shouldFindATornRead() {
        read(150, Status.OK, 10, 1, 4);
        assertThat(check().torn()).isEqualTo(1);
    }

    @Test
    void shouldFindTwoValuesOfOneVersion() {
        read(150, Status.OK, 10, 1, 2);
        read(160, Status.OK, 10, 3, 4);
        assertThat(reads.torn()).isEqualTo(1);
    }

    @Test
    void shouldFindAVersionThatNobodyWrote() {
        read(150, Status.OK, 11, 1, 2);
        assertThat(check().torn()).isEqualTo(1);
    }

    @Test
    void shouldFindAVersionThatFell() {
        read(210, Status.OK, 20, 3, 4);
        read(220, Status.OK, 10, 1, 2);
        assertThat(reads.backwards()).isEqualTo(1);
    }
}
