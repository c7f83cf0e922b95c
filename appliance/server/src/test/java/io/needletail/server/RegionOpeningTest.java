package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.needletail.memory.MappedFile;
import io.needletail.testing.ScratchRegion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Regions that are opened beside the rest of a start are told of once, and closed when nobody takes them. */
class RegionOpeningTest {
    @TempDir
    private Path folder;

    private RegionStore open(String name) throws IOException {
        return RegionStore.open(folder.resolve(name), ScratchRegion.small());
    }

    /** Who opened it holds its lock until it is closed; nobody else can open it before. */
    private boolean isOpen(String name) throws IOException {
        try {
            open(name).close();
            return false;
        } catch (MappedFile.FileInUseException e) {
            return true;
        }
    }

    @Test
    void shouldLeaveTheRegionsToWhoTookThem() throws IOException {
        RegionStore region = open("region");
        RegionOpening opening = RegionOpening.begin(() -> List.of(region));
        assertThat(opening.await(() -> {})).containsExactly(region);
        opening.close();
        assertThat(isOpen("region")).isTrue();
        region.close();
    }

    @Test
    void shouldTakeTurnsForItsCallerHoweverLongTheyAreOpened() throws IOException {
        CountDownLatch turns = new CountDownLatch(3);
        RegionOpening opening = RegionOpening.begin(() -> {
            turns.await(); // a caller that takes none waits for ever
            return List.of();
        });
        assertThat(opening.await(turns::countDown)).isEmpty();
        opening.close();
    }

    @Test
    void shouldCloseAllThatNobodyTook() throws IOException {
        RegionStore first = open("first");
        RegionStore second = open("second");
        RegionOpening.begin(() -> List.of(first, second)).close();
        assertThat(isOpen("first")).isFalse();
        assertThat(isOpen("second")).isFalse();
    }

    @Test
    void shouldTellARefusalOnceToWhoWaitsForTheRegions() {
        RegionOpening opening = RegionOpening.begin(() -> {
            throw new RegionStore.RegionRefusedException("of another shard");
        });
        assertThatThrownBy(() -> opening.await(() -> {}))
                .isInstanceOf(RegionStore.RegionRefusedException.class)
                .hasMessageContaining("of another shard");
        assertThatCode(opening::close).doesNotThrowAnyException();
    }

    @Test
    void shouldTellARefusalWhenSomethingElseFailedBeforeAnybodyWaited() {
        RegionOpening opening = RegionOpening.begin(() -> {
            throw new RegionStore.RegionRefusedException("of another shard");
        });
        assertThatThrownBy(opening::close).hasMessageContaining("of another shard");
        assertThatCode(opening::close).as("a second time").doesNotThrowAnyException();
    }

    @Test
    void shouldCloseWhatIsOpenedLaterThoughItsCloserIsInterrupted() throws Exception {
        CountDownLatch mayOpen = new CountDownLatch(1);
        RegionStore region = open("region");
        RegionOpening opening = RegionOpening.begin(() -> {
            mayOpen.await();
            return List.of(region);
        });
        boolean[] wasInterrupted = new boolean[1];
        Thread closer = new Thread(() -> {
            try {
                opening.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            wasInterrupted[0] = Thread.currentThread().isInterrupted();
        });
        closer.start();
        Await.until("it waits", 20_000, () -> closer.getState() == Thread.State.WAITING);
        closer.interrupt();
        Await.until("it was woken", 20_000, () -> !closer.isInterrupted());
        Await.until("it waits again", 20_000, () -> closer.getState() == Thread.State.WAITING);
        mayOpen.countDown();
        closer.join();
        assertThat(isOpen("region")).isFalse();
        assertThat(wasInterrupted[0]).isTrue();
    }
}
