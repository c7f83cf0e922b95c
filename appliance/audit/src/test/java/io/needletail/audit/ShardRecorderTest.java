package io.needletail.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.engine.MutationLog;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.testing.Proof;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recorder writes, beside a list that the test keeps of what it changed. */
class ShardRecorderTest {
    private static final int KEYS = 200;

    private final SplittableRandom random = new SplittableRandom(Seed.of(4096));
    private final Key key = new Key();
    private final Value value = new Value(7040);
    private final Entry entry = new Entry(7040);
    /** A line a change, as {@link #line} makes them of the trail. */
    private final List<String> changed = new ArrayList<>();

    private final boolean[] exists = new boolean[KEYS];
    private final Map<Long, String> names = new HashMap<>();

    @TempDir
    private Path folder;

    private FileRegion region;

    @BeforeEach
    void format() throws IOException {
        region = new FileRegion(folder.resolve("region"), 1);
    }

    @AfterEach
    void unmap() throws IOException {
        region.close();
    }

    private ShardRecorder recorder(Gate gate) throws IOException {
        return new ShardRecorder(folder.resolve("region"), folder.resolve("trail"), gate);
    }

    private static void catchUp(ShardRecorder recorder) {
        while (recorder.doWork() > 0) {
            Thread.onSpinWait();
        }
    }

    private int change() {
        int one = random.nextInt(KEYS);
        key.setUtf8("order:" + one + (one % 3 == 0 ? " with a key that takes a block" : ""));
        boolean deletes = exists[one] && random.nextInt(5) == 0;
        value.setUtf8(random.nextInt(1_000_000) + "x".repeat(random.nextInt(40)));
        int status =
                deletes ? region.engine().delete(key, entry) : region.engine().put(key, value, entry);
        if (status == Status.OK) {
            String operation = deletes ? "delete" : exists[one] ? "update" : "insert";
            changed.add(entry.version() + " " + operation + " " + key + (deletes ? "" : "=" + value));
            exists[one] = !deletes;
        }
        return status;
    }

    private List<String> recorded() throws IOException {
        List<String> lines = new ArrayList<>();
        try (TrailReader reader = new TrailReader(folder.resolve("trail"))) {
            for (TrailEntry one = reader.next(); one != null; one = reader.next()) {
                lines.add(line(one));
            }
        }
        return lines;
    }

    /** A change of an entry that was gone when it was recorded has its handle, and the insert before it the key. */
    private String line(TrailEntry one) {
        if (one.kind() != TrailEntry.Kind.CHANGE) {
            return one.kind() + " " + one.version();
        }
        if (one.key() != null) {
            names.put(one.handle(), text(one.key()));
        }
        return one.version() + " " + one.operation() + " " + names.get(one.handle())
                + (one.value() == null ? "" : "=" + text(one.value()));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String withoutKey(String line) {
        int value = line.indexOf('=');
        return line.substring(0, line.indexOf(' ', line.indexOf(' ') + 1)) + (value < 0 ? "" : line.substring(value));
    }

    private List<String> changes(List<String> lines) {
        return lines.stream().filter(line -> Character.isDigit(line.charAt(0))).toList();
    }

    @Test
    void shouldRecordEachChangeOnceHoweverOftenRecorderAndApplianceAreStartedAnew() throws IOException {
        for (int start = 0; start < 20; start++) {
            try (ShardRecorder recorder = recorder(null)) {
                for (int i = 0; i < 300; i++) {
                    assertThat(change()).isEqualTo(Status.OK);
                    if (random.nextInt(40) == 0) {
                        recorder.doWork();
                    }
                }
                if (random.nextBoolean()) {
                    catchUp(recorder); // else it ends in the middle, as a kill ends it
                }
            }
            if (start % 4 == 0) {
                region.attach();
            }
        }
        try (ShardRecorder recorder = recorder(null)) {
            catchUp(recorder);
        }
        List<String> lines = recorded();
        assertThat(lines.getFirst()).isEqualTo("BEGIN 0");
        assertThat(lines.subList(1, lines.size())).isEqualTo(changed);
        Proof.note("audit-trail-as-changed", 6_000, changed.size(), 4096);
    }

    @Test
    void shouldSayWhereTheRingCameRoundAndGoOnWithTheOldestChangeThatIsLeft() throws IOException {
        try (ShardRecorder recorder = recorder(null)) {
            for (int i = 0; i < 10; i++) {
                change();
            }
            catchUp(recorder);
            String last = changed.getLast();
            for (int i = 0; i < 100_000; i++) {
                change();
            }
            catchUp(recorder);
            assertThat(recorder.gaps()).isEqualTo(1);
            List<String> lines = recorded();
            assertThat(lines).contains("GAP " + last.substring(0, last.indexOf(' ')));
            List<String> seen = changes(lines);
            assertThat(seen.subList(0, 10)).isEqualTo(changed.subList(0, 10));
            List<String> behind = seen.subList(10, seen.size()).stream()
                    .map(ShardRecorderTest::withoutKey) // its insert may be in the gap
                    .toList();
            List<String> lastChanges = changed.subList(changed.size() - behind.size(), changed.size());
            assertThat(behind)
                    .hasSizeGreaterThan(10_000)
                    .isEqualTo(lastChanges.stream()
                            .map(ShardRecorderTest::withoutKey)
                            .toList());
        }
    }

    @Test
    void shouldHaveTheShardRefuseChangesUntilAGatingRecorderHasReadThem() throws IOException {
        int consumer = region.engine().log().addConsumer("audit", MutationLog.GATING);
        Gate gate = new Gate(folder.resolve("region"), consumer);
        int refused = 0;
        try (ShardRecorder recorder = recorder(gate)) {
            for (int i = 0; i < 150_000; i++) {
                int status = change();
                if (status != Status.OK) {
                    assertThat(status).isEqualTo(Status.BACK_PRESSURED);
                    assertThat(region.engine().log().stalledConsumer())
                            .asString()
                            .isEqualTo("audit");
                    refused++;
                    catchUp(recorder);
                    assertThat(change()).as("behind it there is room").isEqualTo(Status.OK);
                }
            }
            catchUp(recorder);
            assertThat(recorder.gaps()).isZero();
        }
        assertThat(refused).isPositive();
        assertThat(changes(recorded())).isEqualTo(changed);
    }

    /** Each epoch begins a segment of its own, and the ring has two. */
    @Test
    void shouldFindNoGapWhereTheApplianceWasStartedOftenAndNothingChanged() throws IOException {
        for (int start = 0; start < 6; start++) {
            region.attach();
            try (ShardRecorder recorder = recorder(null)) {
                if (start % 3 == 0) {
                    change();
                }
                catchUp(recorder);
                assertThat(recorder.gaps()).isZero();
            }
        }
        assertThat(changes(recorded())).isEqualTo(changed).hasSize(2);
    }

    /** As when an earlier backup was put back: the log has not come to where the trail was. */
    @Test
    void shouldSayThatThereIsAGapWhenTheRegionIsOfAnEarlierTime() throws IOException {
        change();
        try (ShardRecorder recorder = recorder(null)) {
            catchUp(recorder);
        }
        try (RecordedPosition position = new RecordedPosition(folder.resolve("trail"))) {
            position.moveTo(entry.version(), position.position() + (8 << 20));
        }
        change();
        try (ShardRecorder recorder = recorder(null)) {
            catchUp(recorder);
            assertThat(recorder.gaps()).isEqualTo(1);
        }
        assertThat(recorded()).contains("GAP " + (entry.version() - 1)).endsWith(changed.getLast());
    }

    /** As a loss of power leaves them: where it stood is on the medium, and its last documents are not. */
    @Test
    void shouldNotTrustAPositionThatTheTrailHasNotComeTo() throws IOException {
        change();
        try (ShardRecorder recorder = recorder(null)) {
            catchUp(recorder);
        }
        for (int i = 0; i < 100; i++) {
            change();
        }
        try (RecordedPosition position = new RecordedPosition(folder.resolve("trail"))) {
            position.moveTo(entry.version(), position.position() + 64 * 100);
        }
        try (ShardRecorder recorder = recorder(null)) {
            catchUp(recorder);
            assertThat(recorder.gaps()).isZero();
        }
        assertThat(changes(recorded())).isEqualTo(changed);
    }

    @Test
    void shouldBeginAnewForARegionThatWasMadeAnew() throws IOException {
        change();
        try (ShardRecorder recorder = recorder(null)) {
            catchUp(recorder);
        }
        region.close();
        Files.delete(folder.resolve("region"));
        region = new FileRegion(folder.resolve("region"), 2);
        Arrays.fill(exists, false);
        change();
        try (ShardRecorder recorder = recorder(null)) {
            catchUp(recorder);
        }
        assertThat(recorded()).containsExactly("BEGIN 0", changed.get(0), "BEGIN 0", changed.get(1));
    }

    @Test
    void shouldShowTheHistoryOfAKeyWhoseSlotOthersHadBeforeAndAfter() throws IOException {
        for (int i = 0; i < 3_000; i++) {
            change();
        }
        try (ShardRecorder recorder = recorder(null)) {
            catchUp(recorder);
        }
        int keys = 0;
        for (int one = 0; one < KEYS; one += 7) {
            String name = "order:" + one + (one % 3 == 0 ? " with a key that takes a block" : "");
            KeyHistory history = new KeyHistory(name.getBytes(StandardCharsets.UTF_8));
            List<String> found = new ArrayList<>();
            try (TrailReader reader = new TrailReader(folder.resolve("trail"))) {
                for (TrailEntry at = reader.next(); at != null; at = reader.next()) {
                    if (history.isOf(at)) {
                        found.add(at.version() + " " + at.operation());
                    }
                }
            }
            List<String> expected = changed.stream()
                    .filter(line -> line.endsWith(" " + name) || line.contains(" " + name + "="))
                    .map(line -> line.substring(0, line.indexOf(' ', line.indexOf(' ') + 1)))
                    .toList();
            assertThat(found).as(name).isEqualTo(expected);
            keys += expected.isEmpty() ? 0 : 1;
        }
        assertThat(keys).isGreaterThan(20);
    }
}
