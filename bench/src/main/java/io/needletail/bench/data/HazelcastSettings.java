package io.needletail.bench.data;

import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.NearCacheConfig;

/**
 * One member on the loopback that looks for no other and reports to nobody; maps without backups and without statistics, values
 * kept as the bytes that a get hands over, because those are the fastest to read as bytes.
 */
public final class HazelcastSettings {
    public static final String MAP = "peer";

    private HazelcastSettings() {}

    /** For a member in the process that asks it. */
    public static Config memberOnAnyPort() {
        Config config = member(5701);
        config.getNetworkConfig().setPortAutoIncrement(true).setPublicAddress(null);
        return config;
    }

    public static Config member(int port) {
        quieten();
        Config config =
                new Config().setClusterName("needletail-bench").setProperty("hazelcast.phone.home.enabled", "false");
        config.getNetworkConfig().setPort(port).setPortAutoIncrement(false).setPublicAddress("127.0.0.1:" + port);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getMapConfig(MAP)
                .setBackupCount(0)
                .setStatisticsEnabled(false)
                .setPerEntryStatsEnabled(false)
                .setInMemoryFormat(InMemoryFormat.BINARY);
        return config;
    }

    /** A client whose near cache keeps what it has read; keys are compared as bytes, values kept as they are handed over. */
    public static ClientConfig clientWithNearCache(int port) {
        return client(port)
                .addNearCacheConfig(new NearCacheConfig(MAP)
                        .setInMemoryFormat(InMemoryFormat.OBJECT)
                        .setSerializeKeys(true)
                        .setInvalidateOnChange(true));
    }

    public static ClientConfig client(int port) {
        quieten();
        ClientConfig config = new ClientConfig().setClusterName("needletail-bench");
        config.getNetworkConfig().addAddress("127.0.0.1:" + port);
        return config;
    }

    private static void quieten() {
        System.setProperty("hazelcast.logging.type", "none");
    }

    /** For the report. */
    public static String describe() {
        return "hazelcast 5.5.0: one member, no backups, no statistics, format BINARY, 127.0.0.1; only hazelcast.near has a near"
                + " cache (in the client, format OBJECT, serialized keys, invalidated on change: its gets ask nobody)";
    }
}
