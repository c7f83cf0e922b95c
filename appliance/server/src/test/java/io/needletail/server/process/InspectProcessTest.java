package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.client.BlockingSession;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code needletail inspect} on the files of a real appliance that runs, that was killed, and that was damaged. */
@Tag("beside-others")
class InspectProcessTest {
    private final Key key = new Key();
    private final Value value = new Value(300);
    private final Entry entry = new Entry(7040);

    private record Answer(int code, String out, String err) {
        JsonNode json() throws IOException {
            return new ObjectMapper().readTree(out);
        }
    }

    private static Answer inspect(String what, Path dir, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("inspect", what, "--dir", dir.toString()));
        all.addAll(List.of(arguments));
        Path err = Files.createTempFile("inspect", ".err");
        Process process =
                ApplianceProcess.launcher(all).redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Answer answer = new Answer(process.waitFor(), out, Files.readString(err));
        Files.delete(err);
        return answer;
    }

    private void put(BlockingSession session, String name, String text) {
        key.setUtf8(name);
        value.setUtf8(text);
        assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
    }

    private void change(ApplianceProcess appliance) {
        try (BlockingSession session = appliance.connect()) {
            for (int i = 0; i < 100; i++) {
                put(session, "order:" + i, "value " + i + (i % 2 == 0 ? " that takes a block of the slab" : ""));
            }
            put(session, "order:7", "another");
            key.setUtf8("order:8");
            assertThat(session.delete(key, entry)).isEqualTo(Status.OK);
            key.setUtf8("order:9");
            assertThat(session.clear(key, entry)).isEqualTo(Status.OK);
        }
    }

    @Test
    void shouldShowRegionJournalSnapshotsAndAKeyOfAnApplianceThatRunsAndOfOneThatWasKilled() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start("snapshot-interval=50ms")) {
            Path dir = appliance.dir();
            change(appliance);
            Path snapshots = dir.resolve("snapshots").resolve("shard-0");
            while (count(snapshots, ".snapshot") == 0) {
                Thread.onSpinWait();
            }
            expectRegion(dir);
            appliance.kill9();
            expectRegion(dir);
            JsonNode file = inspect("journal", dir, "--json").json().get(0);
            assertThat(file.get("changes").asInt()).isEqualTo(103);
            assertThat(file.get("fault").isNull()).isTrue();
            assertThat(file.get("file").get(0).get("firstPosition").asLong()).isZero();
            Answer records = inspect("journal", dir, "--records", "--since", "100");
            assertThat(records.code()).isZero();
            assertThat(records.out().lines().map(line -> line.replaceAll("^([^\t]*\t){2}([^\t]*)\t[^\t]*", "$2")))
                    .containsExactly(
                            "101\tupdate\t0x0000000100000007\tanother",
                            "102\tdelete\t0x0000000100000008\torder:8",
                            "103\tclear\t0x0000000100000009");
            Answer snapshot = inspect("snapshot", dir, "--json");
            assertThat(snapshot.code()).isZero();
            assertThat(snapshot.json().get(0).get("fault").isNull()).isTrue();
            expectKeys(dir);
        }
    }

    private void expectRegion(Path dir) throws Exception {
        Answer answer = inspect("region", dir, "--json");
        assertThat(answer.code()).as(answer.err()).isZero();
        JsonNode region = answer.json().get(0);
        assertThat(region.get("state").asText()).isEqualTo("SERVING");
        assertThat(region.get("consumer").get(0).get("mode").asText()).isEqualTo("gating");
        JsonNode slots = region.get("slots");
        assertThat(slots.get("values").asInt()).isEqualTo(98);
        assertThat(slots.get("absent").asInt()).isEqualTo(1);
        assertThat(slots.get("newestVersion").asInt()).isEqualTo(103);
        assertThat(slots.get("slotsDamaged").asInt()).isZero();
        assertThat(slots.get("slabBlocks").get("64 bytes").asText()).startsWith("49 of ");
    }

    private void expectKeys(Path dir) throws Exception {
        JsonNode seven = inspect("key", dir, "order:7", "--json").json().get(0);
        assertThat(seven.get("region").get("value").asText()).isEqualTo("another");
        assertThat(seven.get("region").get("slot").asInt()).isEqualTo(7);
        assertThat(seven.get("change")).hasSize(2);
        assertThat(seven.get("change").get(1).get("version").asInt()).isEqualTo(101);
        JsonNode eight = inspect("key", dir, "order:8", "--json").json().get(0);
        assertThat(eight.get("region").isNull()).as("it was deleted").isTrue();
        assertThat(eight.get("change").get(1).get("operation").asText()).isEqualTo("delete");
        assertThat(inspect("key", dir, "nobody").code()).isEqualTo(1);
    }

    private static long count(Path folder, String suffix) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix)).count();
        } catch (IOException e) {
            return 0; // not made yet
        }
    }

    @Test
    void shouldNameTheSlotThatIsDamaged() throws Exception {
        try (ApplianceProcess appliance = ApplianceProcess.start()) {
            change(appliance);
            appliance.kill9();
            JsonNode whole = inspect("region", appliance.dir(), "--json").json().get(0);
            try (RandomAccessFile file =
                    new RandomAccessFile(appliance.regionFile().toFile(), "rw")) {
                file.seek(keyedArea(file) + 5 * 64 + 20);
                int before = file.read();
                file.seek(file.getFilePointer() - 1);
                file.write(before ^ 4);
            }
            Answer damaged = inspect("region", appliance.dir(), "--json");
            assertThat(damaged.code()).isEqualTo(1);
            JsonNode slots = damaged.json().get(0).get("slots");
            assertThat(slots.get("values").asInt())
                    .isEqualTo(whole.get("slots").get("values").asInt() - 1);
            assertThat(slots.get("fault").get(0).get("slot").asInt()).isEqualTo(5);
            assertThat(slots.get("fault").get(0).get("what").asText()).isEqualTo("SLOT_DAMAGED");
        }
    }

    /** Little-endian, in the region's header. */
    private static long keyedArea(RandomAccessFile file) throws IOException {
        file.seek(64);
        return Long.reverseBytes(file.readLong());
    }

    @Test
    void shouldSayWhenThereIsNothingToLookAt(@TempDir Path empty) throws Exception {
        for (String what : new String[] {"region", "journal", "snapshot"}) {
            Answer answer = inspect(what, empty);
            assertThat(answer.code()).as(what).isEqualTo(3);
            assertThat(answer.err()).as(what).contains("there is no");
        }
        assertThat(inspect("key", empty, "one").code()).isEqualTo(3);
        assertThat(inspect("nonsense", empty).code()).isEqualTo(2);
    }
}
