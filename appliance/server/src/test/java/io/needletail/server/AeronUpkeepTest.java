package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.exceptions.TimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client and a driver of Aeron's without threads, whose time goes by only here. */
class AeronUpkeepTest {
    private static final long PATIENCE_S = 10;

    @TempDir
    private Path folder;

    private final AtomicLong nowNs = new AtomicLong(TimeUnit.DAYS.toNanos(20_000));
    private final List<Throwable> errors = new ArrayList<>();

    private long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(nowNs.get());
    }

    private MediaDriver driver() {
        return MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(folder.resolve("aeron").toString())
                .threadingMode(ThreadingMode.INVOKER)
                .nanoClock(nowNs::get)
                .epochClock(this::nowMs)
                .clientLivenessTimeoutNs(TimeUnit.SECONDS.toNanos(PATIENCE_S))
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .errorHandler(errors::add));
    }

    private Aeron client(MediaDriver driver) {
        return Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(driver.aeronDirectoryName())
                .useConductorAgentInvoker(true)
                .driverAgentInvoker(driver.sharedAgentInvoker())
                .nanoClock(nowNs::get)
                .epochClock(this::nowMs)
                .driverTimeoutMs(TimeUnit.SECONDS.toMillis(PATIENCE_S))
                .errorHandler(errors::add));
    }

    @Test
    void shouldKeepClientAndDriverFromTakingEachOtherForDead() {
        try (MediaDriver driver = driver();
                Aeron aeron = client(driver)) {
            AeronUpkeep upkeep = new AeronUpkeep(driver, aeron);
            for (long s = 0; s < 6 * PATIENCE_S; s++) {
                nowNs.addAndGet(TimeUnit.SECONDS.toNanos(1));
                upkeep.turn();
            }
            assertThat(errors).isEmpty();
            assertThat(aeron.addSubscription("aeron:ipc", 1).isClosed()).isFalse();
        }
    }

    /** What a start without turns came to, behind a long recovery. */
    @Test
    void shouldBeTakenForDeadWithoutTurns() {
        try (MediaDriver driver = driver();
                Aeron aeron = client(driver)) {
            nowNs.addAndGet(TimeUnit.SECONDS.toNanos(2 * PATIENCE_S));
            aeron.conductorAgentInvoker().invoke();
            assertThat(errors).hasAtLeastOneElementOfType(TimeoutException.class);
        }
    }
}
