package io.needletail.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.needletail.client.BlockingSession;
import io.needletail.memory.PrivateFiles;
import io.needletail.rdma.LibFabric;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two members in network namespaces of their own, and a cable between them that is pulled: their membership both reach all the time. Only root
 * can make them.
 */
class MirrorPartitionTest {
    private static final String PID = Long.toString(ProcessHandle.current().pid());
    private static final List<String> NAMESPACES = List.of("needletail-m0-" + PID, "needletail-m1-" + PID);
    private static final List<String> DEVICES = List.of("veth-m0", "veth-m1");

    private final Key key = new Key();
    private final Value value = new Value(64);
    private final Entry entry = new Entry(7040);
    private Path folder;

    @BeforeEach
    void makeNamespaces() throws Exception {
        assumeTrue(LibFabric.isAvailable(), LibFabric::reason);
        assumeTrue(ip("netns", "add", NAMESPACES.get(0)) == 0, "only root can make network namespaces, with iproute2");
        assertThat(ip("netns", "add", NAMESPACES.get(1))).isZero();
        List<String> cable = List.of("link", "add", DEVICES.get(0), "netns", NAMESPACES.get(0), "type", "veth");
        List<String> end = List.of("peer", "name", DEVICES.get(1), "netns", NAMESPACES.get(1));
        assertThat(ip(join(cable, end).toArray(String[]::new))).isZero();
        for (int member = 0; member < 2; member++) {
            in(member, "addr", "add", address(member) + "/24", "dev", DEVICES.get(member));
            in(member, "link", "set", DEVICES.get(member), "up");
            in(member, "link", "set", "lo", "up");
        }
        folder = Files.createTempDirectory("needletail-partition");
    }

    @AfterEach
    void removeNamespaces() throws Exception {
        for (String namespace : NAMESPACES) {
            ip("netns", "del", namespace);
        }
        if (folder != null) {
            PrivateFiles.deleteTree(folder);
        }
    }

    private static List<String> join(List<String> first, List<String> second) {
        List<String> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }

    private static String address(int member) {
        return "10.78.0." + (1 + member);
    }

    private static void in(int member, String... arguments) throws InterruptedException {
        List<String> command = join(List.of("-n", NAMESPACES.get(member)), List.of(arguments));
        assertThat(ip(command.toArray(String[]::new))).as(command.toString()).isZero();
    }

    /** Its exit code; -1 without iproute2. */
    private static int ip(String... arguments) throws InterruptedException {
        try {
            return new ProcessBuilder(join(List.of("ip"), List.of(arguments)))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    private MemberProcess start(int member) throws IOException {
        return MemberProcess.startWithin(
                List.of("ip", "netns", "exec", NAMESPACES.get(member)),
                folder,
                member,
                "lease=10s", // a mirror is not dropped while a slow machine does what the test does
                "mirror-timeout=9s",
                "fabric=tcp;ofi_rxm",
                "fabric-address=" + address(member));
    }

    private int put(MemberProcess member, String name, int level) {
        key.setUtf8(name);
        value.setUtf8(name);
        try (BlockingSession session = BlockingSession.connect(member.dir(), ApplianceProcess.TIMEOUT_NS)) {
            session.level(level);
            return session.put(key, value, entry);
        }
    }

    private int get(MemberProcess member, String name) {
        key.setUtf8(name);
        try (BlockingSession session = BlockingSession.connect(member.dir(), ApplianceProcess.TIMEOUT_NS)) {
            return session.get(key, entry);
        }
    }

    /** What it acknowledged from memory alone while it was cut off is nobody's any more, and it says so. */
    @Test
    void shouldStepDownAndDiscardItsTailWhenItWasCutOffAndAnotherWasPromoted() throws Exception {
        try (MemberProcess old = start(0).awaitServing();
                MemberProcess next = start(1).awaitInSync()) {
            MemberProcess.awaitMirrors(folder, 1);
            assertThat(put(old, "mirrored", Level.MIRRORED)).isEqualTo(Status.OK);
            in(0, "link", "set", DEVICES.get(0), "down");
            assertThat(put(old, "tail", Level.MEMORY)).isEqualTo(Status.OK);
            MemberProcess.membership(folder).want(1);
            next.awaitServing();
            assertThat(old.awaitExit()).isEqualTo(1);
            assertThat(old.lines()).anyMatch(line -> line.startsWith("deposed:"));
            assertThat(get(next, "mirrored")).isEqualTo(Status.OK);
            assertThat(get(next, "tail")).isEqualTo(Status.NOT_FOUND);
            in(0, "link", "set", DEVICES.get(0), "up");
            try (MemberProcess healed = start(0).awaitInSync()) {
                MemberProcess.awaitMirrors(folder, 1);
                assertThat(healed.lines()).anyMatch(line -> line.contains("are discarded"));
                assertThat(put(next, "behind", Level.MIRRORED)).isEqualTo(Status.OK);
                MemberProcess.membership(folder).want(0);
                healed.awaitServing();
                assertThat(get(healed, "behind")).isEqualTo(Status.OK);
                assertThat(get(healed, "tail")).isEqualTo(Status.NOT_FOUND);
            }
        }
    }
}
