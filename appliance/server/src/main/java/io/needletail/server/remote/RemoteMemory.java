package io.needletail.server.remote;

import io.needletail.rdma.CompletionHandler;
import io.needletail.rdma.Endpoint;
import io.needletail.rdma.FabricDescription;
import io.needletail.rdma.FabricException;
import io.needletail.rdma.LibFabric;
import io.needletail.rdma.ProviderChoice;
import io.needletail.rdma.RegisteredRegion;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.Profile;
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
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * Regions that other machines may read, one-sided: registered with a fabric, for reading alone. By a software provider what a card would do
 * is done by the thread {@code fabric} here; a shard never does it, and does not notice. Opened and closed by the thread that starts the
 * appliance.
 */
public final class RemoteMemory implements AutoCloseable {
    private static final String AUTO = "auto";
    private static final String SHARED_MEMORY = "shm";
    private static final String LOOPBACK = "127.0.0.1";
    /** Only the polling of completions of its own needs room, and it posts nothing. */
    private static final int WINDOW = 1;
    /** What a card can reach; of a file on a disk the kernel may take pages away. */
    private static final Set<String> REGISTRABLE = Set.of("tmpfs", "hugetlbfs", "ramfs", "devdax");

    private static final long PAUSE_NS = 50_000;

    private final LibFabric fabric;
    private final Endpoint endpoint;
    private final Consumer<String> log;
    private final List<RegisteredRegion> regions = new ArrayList<>();
    private final CompletionHandler nothing = (context, error) -> {};
    private final AgentRunner progress;

    private RemoteMemory(LibFabric fabric, Profile.Waiting waiting, Consumer<String> log) {
        this.fabric = fabric;
        this.log = log;
        endpoint = fabric.endpoint(WINDOW);
        progress = new AgentRunner(idle(waiting), this::onError, null, new Progress());
    }

    /**
     * Opens a provider.
     *
     * @param provider its name, or "auto": then what is missing is said in the log, and nothing is registered
     * @param address the local one that peers reach, or empty
     * @return null when there is none
     */
    public static RemoteMemory open(String provider, String address, Profile.Waiting waiting, Consumer<String> log) {
        try {
            ProviderChoice choice =
                    provider.equals(AUTO) ? ProviderChoice.of(LibFabric.providers()) : ProviderChoice.named(provider);
            LibFabric fabric = LibFabric.open(choice.provider(), node(choice.provider(), address));
            log.accept("remote readers: provider " + choice.provider() + ", " + choice.reason());
            return new RemoteMemory(fabric, waiting, log);
        } catch (FabricException e) {
            if (provider.equals(AUTO)) {
                log.accept("remote readers are off: " + e.getMessage());
                return null;
            }
            throw new ConfigurationException("fabric=" + provider + ": " + e.getMessage());
        }
    }

    private static String node(String provider, String address) {
        boolean isOverIp = provider.startsWith("tcp");
        return address.isEmpty() && isOverIp ? LOOPBACK : provider.equals(SHARED_MEMORY) ? "" : address;
    }

    /** One thread more spins where shards spin: without it a read takes as long as the thread sleeps. */
    private static IdleStrategy idle(Profile.Waiting waiting) {
        return switch (waiting) {
            case SPINS -> BusySpinIdleStrategy.INSTANCE;
            case YIELDS -> YieldingIdleStrategy.INSTANCE;
            case SLEEPS -> new SleepingIdleStrategy(PAUSE_NS);
        };
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
