package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.needletail.client.BlockingSession;
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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A C program that was written from the spec alone reads the region of a running appliance. */
class RegionSpecTest {
    private static final int KEYS = 10_000;
    private static final Path SOURCE = ApplianceProcess.HOME.resolve("appliance/server/src/test/c/read_region.c");

    @Test
    void shouldLetACProgramReadTenThousandKeysOfARunningAppliance(@TempDir Path folder) throws Exception {
        assumeTrue(hasGcc(), "gcc is missing");
        assertThat(Files.readAllLines(SOURCE)).hasSizeLessThan(200);
        Path program = folder.resolve("read_region");
        assertThat(run(
                        "gcc",
                        "-std=c11",
                        "-D_GNU_SOURCE",
                        "-O2",
                        "-Wall",
                        "-Wextra",
                        "-Werror",
                        "-o",
                        program.toString(),
                        SOURCE.toString()))
                .isEmpty();
        long seed = Seed.of(6);
        try (ApplianceProcess appliance = ApplianceProcess.start();
                BlockingSession session = appliance.connect()) {
            Map<String, String> expected = fill(session, seed);
            Map<String, String> found = new HashMap<>();
            run(program.toString(), appliance.regionFile().toString()).lines().forEach(line -> {
                int tab = line.indexOf('\t');
                assertThat(found.put(line.substring(0, tab), line.substring(tab + 1)))
                        .isNull();
            });
            assertThat(found).isEqualTo(expected);
            Proof.note("c-program-reads-keys", KEYS, found.size(), seed);
        }
    }

    private static Map<String, String> fill(BlockingSession session, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, String> expected = new HashMap<>();
        Key key = new Key();
        Value value = new Value(7040);
        Entry entry = new Entry(7040);
        while (expected.size() < KEYS) {
            byte[] keyBytes = new byte[1 + random.nextInt(random.nextInt(4) == 0 ? 100 : 16)];
            byte[] valueBytes = new byte[random.nextInt(random.nextInt(4) == 0 ? 600 : 17)];
            random.nextBytes(keyBytes);
            random.nextBytes(valueBytes);
            key.set(keyBytes, 0, keyBytes.length);
            value.set(valueBytes, 0, valueBytes.length);
            assertThat(session.put(key, value, entry)).isEqualTo(Status.OK);
            expected.put(HexFormat.of().formatHex(keyBytes), HexFormat.of().formatHex(valueBytes));
        }
        return expected;
    }

    private static boolean hasGcc() throws InterruptedException {
        try {
            return new ProcessBuilder("gcc", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false; // not installed
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
