package io.needletail.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.testing.ScratchRegion;
import io.needletail.testing.Seed;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same journal makes the same region whoever compiles the code, or nobody. */
class CompilerTest {
    private static final long SEED = 3002;
    private static final int CHANGES = 30_000;

    @TempDir
    private Path folder;

    @Test
    void shouldMakeTheSameRegionInterpretedAndWithEitherCompiler() throws Exception {
        String expected = write();
        for (String mode : new String[] {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation"}) {
            assertThat(restored(mode)).as(mode).isEqualTo(expected);
        }
    }

    /** What the region was that the journal is of. */
    private String write() throws IOException {
        SplittableRandom random = new SplittableRandom(Seed.of(SEED));
        try (ScratchRegion scratch = new ScratchRegion(ScratchRegion.sizing(64, 16, 1 << 20), SEED, 2)) {
            JournalledShard shard = JournalledShard.create(new JournalFolder(folder), scratch.segment());
            for (int i = 0; i < CHANGES; i++) {
                shard.change(random);
                shard.writer.doWork();
                if (i % 1_000 == 0) {
                    shard.keeper.doWork();
                }
            }
            shard.keeper.doWork();
            shard.journal.close();
            assertThat(shard.engine.log().stalledConsumer())
                    .as("who fell behind")
                    .isNull();
            return String.format("%d %016x", shard.engine.sequence(), JournalledShard.digest(shard.region));
        }
    }

    private String restored(String mode) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.removeIf(argument -> argument.startsWith("-javaagent"));
        command.add(mode);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), RestoredDigest.class.getName()));
        command.add(folder.toString());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }
}
