package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.memory.testing.DiskShadow;
import io.needletail.memory.testing.DiskShadow.Names;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Takes the power at every force of a copy that is made: when it has its name it is whole, and once it was said to be taken it is there. */
class BackupPowerLossTest {
    private static final int CHANGES = 200;

    @TempDir
    private Path folder;

    private Path root;
    private Path image;
    private long images;
    private final List<String> violations = new ArrayList<>();

    @BeforeEach
    void makeFolders() throws IOException {
        root = Files.createDirectory(folder.resolve("root"));
        image = Files.createDirectory(folder.resolve("image"));
    }

    /** The sequence of the last change. */
    private static long change(RunningAppliance appliance) {
        Entry entry = new Entry(64);
        Value value = new Value(64);
        Key key = new Key();
        try (BlockingSession session = appliance.connect()) {
            session.level(Level.SYNCED);
            for (int i = 0; i < CHANGES; i++) {
                key.setUtf8("key:" + i % 16);
                value.setUtf8("value:" + i);
                assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            }
            return entry.version();
        }
    }

    private void look(DiskShadow disk, Names names, String copy, boolean mustBe, long sequence) {
        images++;
        try {
            DiskShadow.clear(image);
            disk.writeTo(image, names);
            if (!Files.exists(image.resolve(copy))) {
                violations.addAll(mustBe ? List.of("it is gone") : List.of());
                return;
            }
            List<KeptShard> kept = KeptShard.of(image.resolve(copy), bytes -> {});
            boolean isWhole = kept.size() == 1
                    && kept.getFirst().isWhole()
                    && kept.getFirst().remake().isPossible()
                    && kept.getFirst().remake().upToSequence() == sequence;
            violations.addAll(isWhole ? List.of() : List.of("it is not whole: " + kept));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(RunningAppliance appliance, long upTo, boolean isCut, DiskShadow disk) throws IOException {
        Files.writeString(appliance.dir().resolve("needletail.properties"), ""); // what a start by the shell writes
        disk.atEvent(() -> {
            look(disk, Names.FORCED, "copy", false, upTo);
            look(disk, Names.LAST, "copy", false, upTo);
            look(disk, Names.ANY, "copy", false, upTo);
        });
        Backup backup = new Backup(appliance.dir(), root.resolve("copy"), bytes -> {});
        (isCut ? backup.upTo(upTo, Long.MAX_VALUE) : backup).take();
        look(disk, Names.FORCED, "copy", true, upTo);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 70})
    void shouldBeWholeWhenItHasItsNameAndThereOnceItWasTaken(long leftOut) throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("journal=on")) {
            long last = change(appliance);
            try (DiskShadow disk = new DiskShadow(root)) {
                take(appliance, last - leftOut, leftOut > 0, disk);
            }
        }
        assertThat(violations).isEmpty();
        assertThat(images).isGreaterThan(10);
    }

    /** The proof proven. */
    @ParameterizedTest
    @ValueSource(strings = {"files", "root", "copy.unfinished", "journal", "shard-0"})
    void shouldMissAForceThatIsNotMade(String forgotten) throws IOException {
        try (RunningAppliance appliance = new RunningAppliance("journal=on")) {
            long last = change(appliance);
            try (DiskShadow disk = new DiskShadow(root)) {
                if (forgotten.equals("files")) {
                    disk.forgetFiles();
                } else {
                    disk.forgetFolder(forgotten);
                }
                take(appliance, last, true, disk);
            }
        }
        String how = violations.isEmpty() ? null : violations.getFirst();
        Proof.caught("NO_FORCE_IN_A_BACKUP_OF_" + forgotten.toUpperCase(Locale.ROOT), "backup-power-loss", images, how);
    }
}
