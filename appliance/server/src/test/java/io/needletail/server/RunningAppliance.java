package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.client.BlockingSession;
import io.needletail.client.SessionAddress;
import io.needletail.client.UdpEndpoint;
import io.needletail.engine.ShardEngine;
import io.needletail.memory.CpuSet;
import io.needletail.memory.PrivateFiles;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.CoreMap;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An appliance inside the test's JVM, in a folder of its own that goes with it; small, profile development. */
public final class RunningAppliance implements AutoCloseable {
    public static final long TIMEOUT_NS = 20_000_000_000L;

    private final Path dir;
    private String[] settings;
    private Appliance appliance;
    private UdpEndpoint udp;

    public RunningAppliance(String... settings) throws IOException {
        dir = Files.createTempDirectory("needletail-test");
        try {
            launch(settings);
        } catch (IOException | RuntimeException e) {
            removeFolders();
            throw e;
        }
    }

    private void launch(String... settings) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "keyed-slots=65536",
                "anonymous-slots=64",
                "slab-bytes=8m",
                "ring-bytes=4m",
                "journal-file-bytes=2m",
                "warm-up=off", // with it and with trying searches a start takes longer than most tests
                "batch-search=native"));
        all.addAll(List.of(settings));
        Configuration configuration = Configuration.of(new Properties(), "development", all);
        this.settings = settings;
        udp = configuration.udp();
        ApplianceFolder folder = ApplianceFolder.take(dir);
        appliance = Appliance.launch(folder, configuration, CoreMap.design(configuration, CpuSet.allowed()), () -> {});
    }

    /** Stops it and starts it again on the same region: a new epoch. */
    public void restart() throws IOException {
        restart(settings);
    }

    /** The same with other settings; when they are refused nothing runs until the next restart. */
    public void restart(String... others) throws IOException {
        appliance.close();
        launch(others);
    }

    public Path dir() {
        return dir;
    }

    public Appliance appliance() {
        return appliance;
    }

    public BlockingSession connect() {
        return BlockingSession.connect(dir, TIMEOUT_NS);
    }

    /** By UDP through the appliance's own media driver: it was started with an endpoint. */
    public BlockingSession connectByUdp() {
        return BlockingSession.connect(udpAddress(), TIMEOUT_NS);
    }

    public SessionAddress udpAddress() {
        return SessionAddress.udp(dir.resolve("aeron"), udp);
    }

    /** Null when sessions are not taken by UDP. */
    public UdpEndpoint udp() {
        return udp;
    }

    /** An option that takes sessions by UDP, at a port that is free now. */
    public static String udpOption() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return "udp=127.0.0.1:" + socket.getLocalPort();
        }
    }

    /** Runs something on the first shard's thread, and returns when it is done. */
    public void onShard(Consumer<ShardEngine> task) {
        CountDownLatch done = new CountDownLatch(1);
        startOnShard(engine -> {
            task.accept(engine);
            done.countDown();
        });
        try {
            assertThat(done.await(TIMEOUT_NS, TimeUnit.NANOSECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The same without waiting for it. */
    public void startOnShard(Consumer<ShardEngine> task) {
        ShardEngine engine = appliance.regions().get(0).engine();
        assertThat(appliance.tell(0, (shard, nowNs) -> task.accept(engine))).isTrue();
    }

    public long counter(Counter counter) {
        return appliance.counters(0).get(counter);
    }

    @Override
    public void close() throws IOException {
        appliance.close();
        removeFolders();
    }

    private void removeFolders() throws IOException {
        for (String link : List.of("region", "counters", "errors")) { // the region may be elsewhere than the rest
            Path target = dir.resolve(link);
            if (Files.isSymbolicLink(target)) {
                PrivateFiles.deleteTree(Files.readSymbolicLink(target).getParent());
            }
        }
        PrivateFiles.deleteTree(dir);
    }
}
