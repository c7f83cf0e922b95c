package io.needletail.server.remote;

import io.needletail.rdma.LibFabric;
import io.needletail.rdma.ProviderChoice;
import io.needletail.server.config.Configuration;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** The fabric that options {@code fabric} and {@code fabric-address} name, and how the threads that poll it wait. */
public final class ConfiguredFabric {
    private static final String AUTO = "auto";
    private static final String SHARED_MEMORY = "shm";
    private static final String OVER_IP = "tcp";
    private static final String LOOPBACK = "127.0.0.1";
    private static final long PAUSE_NS = 50_000;

    private ConfiguredFabric() {}

    /** Whether the provider is chosen here, and nobody insists on one. */
    static boolean isChosen(Configuration configuration) {
        return configuration.fabric().equals(AUTO);
    }

    /** @throws io.needletail.rdma.FabricException when it is not there */
    public static LibFabric open(Configuration configuration) {
        ProviderChoice choice = choice(configuration);
        return LibFabric.open(choice.provider(), node(choice.provider(), configuration.fabricAddress()));
    }

    private static ProviderChoice choice(Configuration configuration) {
        return isChosen(configuration)
                ? ProviderChoice.of(LibFabric.providers())
                : ProviderChoice.named(configuration.fabric());
    }

    private static String node(String provider, String address) {
        if (provider.equals(SHARED_MEMORY)) {
            return "";
        }
        return address.isEmpty() && provider.startsWith(OVER_IP) ? LOOPBACK : address;
    }

    /** One thread more spins where shards spin: without it an operation takes as long as the thread sleeps. */
    public static IdleStrategy idle(Configuration configuration) {
        return switch (configuration.profile().waiting()) {
            case SPINS -> BusySpinIdleStrategy.INSTANCE;
            case YIELDS -> YieldingIdleStrategy.INSTANCE;
            case SLEEPS -> new SleepingIdleStrategy(PAUSE_NS);
        };
    }
}
