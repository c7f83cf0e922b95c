package io.needletail.server.config;

import java.util.List;

/**
 * Which thread runs where.
 *
 * @param shardCore the shard's core, or -1 when its thread is not pinned
 * @param driverInShard whether the shard invokes the driver's conductor between messages
 * @param cores the cores this process may use
 */
public record CoreMap(int shardCore, boolean driverInShard, List<Integer> cores) {
    /** With fewer cores a driver thread would take one from a client or a shard that spins. */
    private static final int CORES_FOR_DRIVER_THREAD = 4;

    public static CoreMap design(Configuration configuration, List<Integer> cores) {
        Profile profile = configuration.profile();
        int asked = (int) configuration.get(Option.SHARD_CORE);
        if (asked >= 0 && !cores.contains(asked)) {
            throw new ConfigurationException(
                    "shard-core=" + asked + " is not among the cores of this process: " + cores);
        }
        int last = cores.get(cores.size() - 1); // core 0 takes the machine's interrupts
        int shardCore = !profile.pins() ? -1 : asked >= 0 ? asked : last;
        DriverMode mode = DriverMode.values()[(int) configuration.get(Option.DRIVER)];
        DriverMode effective = mode == DriverMode.AUTO ? profile.driver() : mode;
        boolean inShard = effective == DriverMode.INVOKER
                || (effective == DriverMode.AUTO && cores.size() < CORES_FOR_DRIVER_THREAD);
        return new CoreMap(shardCore, inShard, List.copyOf(cores));
    }

    public String explain() {
        return String.format(
                "cores: %s; shard %s, media driver %s, housekeeping unpinned%n",
                cores,
                shardCore < 0 ? "unpinned" : "pinned to core " + shardCore,
                driverInShard ? "invoked by the shard between messages" : "on a thread of its own");
    }
}
