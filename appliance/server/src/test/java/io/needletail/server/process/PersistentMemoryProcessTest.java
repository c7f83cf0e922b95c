package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.memory.PrivateFiles;
import io.needletail.registry.view.Level;
import io.needletail.server.RunningAppliance;
import io.needletail.testing.Proof;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real processes with their regions in emulated persistent memory: the instructions are the real ones, a lost power is not. */
@Tag("beside-others")
class PersistentMemoryProcessTest {
    private static final String EMULATED = "persistent-memory=emulated";

    private final RememberingClient client = new RememberingClient(3011);

    /** With a journal beside it and without. */
    @Test
    void shouldHaveEveryChangeAcknowledgedAsPersistentAfterAKillUnderLoad() throws Exception {
        long rounds = Proof.required(4, 100);
        long changes = 0;
        for (String journal : new String[] {"journal=off", "journal=on"}) {
            try (ApplianceProcess first = ApplianceProcess.start(EMULATED, journal, "snapshot-interval=200ms")) {
                ApplianceProcess appliance = first;
                for (long round = 0; round < rounds / 2; round++) {
                    changes += client.changeUntilItIsKilled(appliance, Level.PERSISTENT);
                    appliance = ApplianceProcess.startIn(first.dir());
                    client.assertThatAllIsThere(first.dir());
                }
                assertThat(appliance.output()).anyMatch(line -> line.startsWith("EMULATED persistent memory ("));
                appliance.close();
            }
            client.forget();
        }
        System.out.println(changes + " changes were acknowledged");
        Proof.note("kill-9-in-emulated-persistent-memory", rounds, rounds, 0);
    }

    @Test
    void shouldMakeALostRegionFromTheJournalAndGoOnInPersistentMemory() throws Exception {
        try (ApplianceProcess first = ApplianceProcess.start(EMULATED)) {
            client.changeUntilItIsKilled(first, Level.SYNCED);
            PrivateFiles.deleteTree(Files.readSymbolicLink(first.dir().resolve("region")));
            ApplianceProcess second = ApplianceProcess.startIn(first.dir());
            client.assertThatAllIsThere(first.dir());
            client.changeUntilItIsKilled(second, Level.PERSISTENT);
            try (ApplianceProcess third = ApplianceProcess.startIn(first.dir())) {
                assertThat(third.dir()).isEqualTo(first.dir());
                client.assertThatAllIsThere(first.dir());
            }
        }
    }

    @Test
    void shouldSayEverywhereThatItIsEmulated() throws Exception {
        String udp = RunningAppliance.udpOption();
        try (ApplianceProcess appliance = ApplianceProcess.start(EMULATED, udp)) {
            Path dir = appliance.dir();
            String endpoint = udp.substring(udp.indexOf('=') + 1);
            assertThat(run(0, "client", "--udp", endpoint, "put", "limit", "8", "--level", "persistent"))
                    .contains("level=persistent (EMULATED)");
            assertThat(run(0, "client", "--dir", dir.toString(), "put", "limit", "9", "--level", "persistent"))
                    .contains("level=persistent (EMULATED)");
            assertThat(run(
                            0,
                            "client",
                            "--dir",
                            dir.toString(),
                            "--json",
                            "put",
                            "limit",
                            "9",
                            "--level",
                            "persistent"))
                    .contains("\"level\":\"persistent\",\"emulated\":true");
            assertThat(run(0, "client", "--dir", dir.toString(), "add", "count", "5", "--level", "persistent"))
                    .contains("5 level=persistent (EMULATED)");
            assertThat(run(0, "client", "--dir", dir.toString(), "group", "put limit 10", "--level", "persistent"))
                    .contains("level=persistent (EMULATED)");
            assertThat(run(0, "stat", "--dir", dir.toString())).contains("2 EMULATED: no loss of power is survived");
            assertThat(run(0, "inspect", "region", "--dir", dir.toString()))
                    .contains("EMULATED: no loss of power is survived");
            assertThat(Files.readString(dir.resolve("log").resolve("appliance.log")))
                    .contains("EMULATED persistent memory (");
        }
    }

    /** Nothing on this machine is on DAX; of a real device the kernel grants what is refused here. */
    @Test
    void shouldRefuseWhatIsNotOnADaxFileSystemWithTheReason() throws Exception {
        Path dir = Files.createTempDirectory("needletail-dax");
        try {
            assertThat(run(1, "start", "--dir", dir.toString(), "--set", "persistent-memory=dax"))
                    .contains("is not on a DAX file system (mmap with MAP_SYNC: ", "persistent-memory=emulated");
            assertThat(Files.readSymbolicLink(dir.resolve("region"))).isDirectoryNotContaining("glob:**/shard-*");
        } finally {
            ApplianceProcess.remove(dir);
        }
    }

    /** What was changed outside persistent memory is not on the medium: the region is not taken for one that is. */
    @Test
    void shouldNotBelieveARegionThatWasChangedOutsidePersistentMemory() throws Exception {
        try (ApplianceProcess first = ApplianceProcess.start(EMULATED)) {
            client.changeUntilItIsKilled(first, Level.PERSISTENT);
            ApplianceProcess second = ApplianceProcess.startIn(first.dir(), "--set", "persistent-memory=off");
            client.changeUntilItIsKilled(second, Level.SYNCED);
            assertThat(run(1, "start", "--dir", first.dir().toString(), "--set", EMULATED, "--set", "warm-up=off"))
                    .contains("neither copy of the line that says where recovery begins is whole", "start --remake");
            try (ApplianceProcess third = ApplianceProcess.startIn(first.dir(), "--remake", "--set", EMULATED)) {
                assertThat(third.dir()).isEqualTo(first.dir());
                client.assertThatAllIsThere(first.dir());
            }
        }
    }

    private static String run(int code, String... arguments) throws IOException, InterruptedException {
        Process process = ApplianceProcess.launcher(new ArrayList<>(List.of(arguments)))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(code);
        return output;
    }
}
