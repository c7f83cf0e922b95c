package io.needletail.server.remote;

import io.needletail.rdma.CompletionHandler;
import io.needletail.rdma.Endpoint;
import io.needletail.rdma.FabricDescription;
import io.needletail.rdma.FabricException;
import io.needletail.rdma.LibFabric;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.session.RemoteAccess;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.IdleStrategy;

/**
 * Regions that other machines may read, one-sided: registered with a fabric, for reading alone. By a software provider what a card would do
 * is done by the thread {@code fabric} here; a shard never does it, and does not notice. Opened and closed by the thread that starts the
 * appliance.
 */
public final class RemoteMemory implements AutoCloseable {
    /** Only the polling of completions of its own needs room, and it posts nothing. */
    private static final int WINDOW = 1;
    /** What a card can reach; of a file on a disk the kernel may take pages away. */
    private static final Set<String> REGISTRABLE = Set.of("tmpfs", "hugetlbfs", "ramfs", "devdax");

    private final LibFabric fabric;
    private final Endpoint endpoint;
    private final Consumer<String> log;
    private final List<RegisteredRegion> regions = new ArrayList<>();
    private final CompletionHandler nothing = (context, error) -> {};
    private final AgentRunner progress;

    private RemoteMemory(LibFabric fabric, IdleStrategy idle, Consumer<String> log) {
        this.fabric = fabric;
        this.log = log;
        endpoint = fabric.endpoint(WINDOW);
        progress = new AgentRunner(idle, this::onError, null, new Progress());
    }

    /**
     * Opens the provider that is configured; when it was to be chosen and there is none that is said in the log, and nothing is registered.
     *
     * @return null when there is none
     */
    public static RemoteMemory open(Configuration configuration, Consumer<String> log) {
        try {
            LibFabric fabric = ConfiguredFabric.open(configuration);
            log.accept("remote readers: provider " + fabric.description().provider());
            return new RemoteMemory(fabric, ConfiguredFabric.idle(configuration), log);
        } catch (FabricException e) {
            if (ConfiguredFabric.isChosen(configuration)) {
                log.accept("remote readers are off: " + e.getMessage());
                return null;
            }
            throw new ConfigurationException("fabric=" + configuration.fabric() + ": " + e.getMessage());
        }
    }

    /**
     * Registers a region for reading.
     *
     * @param file that it is mapped from
     */
    public RemoteAccess show(MemorySegment region, Path file) throws IOException {
        requireRegistrable(file);
        RegisteredRegion registered = fabric.readable(region);
        regions.add(registered);
        return new RemoteAccess(fabric.description().provider(), endpoint.address(), registered.place());
    }

    /**
     * Only memory is registered: of a file on a disk the kernel takes pages away.
     *
     * @param place a file or a folder that is there
     */
    public static void requireRegistrable(Path place) throws IOException {
        String type = Files.getFileStore(place).type();
        if (!REGISTRABLE.contains(type)) {
            throw new ConfigurationException(place + " is on " + type
                    + ", and only shared memory, hugetlbfs or devdax is registered with a fabric; leave option region-dir, or"
                    + " fabric and membership, empty");
        }
    }

    /** Begins to answer. */
    public void start() {
        AgentRunner.startOnThread(progress);
    }

    public FabricDescription description() {
        return fabric.description();
    }

    private void onError(Throwable error) {
        log.accept("remote readers are served no more: " + error.getMessage());
    }

    /** Does what a card would do, a turn each. */
    private final class Progress implements Agent {
        @Override
        public int doWork() {
            int code = endpoint.poll(nothing, WINDOW);
            if (code < 0) {
                throw new AgentTerminationException(fabric.errorText(code));
            }
            return 0;
        }

        @Override
        public String roleName() {
            return "fabric";
        }
    }

    /** Endpoint first, then what it could reach. */
    @Override
    public void close() {
        progress.close();
        endpoint.close();
        regions.forEach(RegisteredRegion::close);
        fabric.close();
    }
}
