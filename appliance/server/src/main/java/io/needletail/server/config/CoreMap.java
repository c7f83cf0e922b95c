package io.needletail.server.config;

import java.util.List;

/**
 * Which thread runs where.
 *
 * @param shardCores the core of each shard's thread; empty when they are not pinned
 * @param driverInShard whether the first shard invokes the driver's conductor between messages
 * @param cores the cores this process may use
 */
public record CoreMap(List<Integer> shardCores, boolean driverInShard, List<Integer> cores) {
    /** With fewer cores a driver thread would take one from a client or a shard that spins. */
    private static final int CORES_FOR_DRIVER_THREAD = 4;

    public static CoreMap design(Configuration configuration, List<Integer> cores) {
        return design(configuration, cores, List.of());
    }

    /**
     * Lays the threads out.
     *
     * @param cores the ones this process may use
     * @param quiet those of them that the scheduler keeps other threads off, the best first
     */
    public static CoreMap design(Configuration configuration, List<Integer> cores, List<Integer> quiet) {
        Profile profile = configuration.profile();
        List<Integer> shardCores = profile.pins() ? shardCores(configuration, cores, quiet) : List.of();
        DriverMode mode = DriverMode.values()[(int) configuration.get(Option.DRIVER)];
        DriverMode effective = mode == DriverMode.AUTO ? profile.driver() : mode;
        boolean fewCores = cores.size() < CORES_FOR_DRIVER_THREAD;
        boolean light = configuration.shards() == 1 && configuration.udp() == null; // sockets are system calls
        boolean inShard = effective == DriverMode.INVOKER
                ? mode == DriverMode.INVOKER || light
                : effective == DriverMode.AUTO && fewCores && light;
        boolean outside = configuration.mediaDriver() != null;
        return new CoreMap(shardCores, inShard && !outside, List.copyOf(cores));
    }

    /** The named one and those behind it; without a name isolated ones, else the last: core 0 takes the machine's interrupts. */
    private static List<Integer> shardCores(Configuration configuration, List<Integer> cores, List<Integer> quiet) {
        int asked = (int) configuration.get(Option.SHARD_CORE);
        int shards = configuration.shards();
        if (asked < 0 && quiet.size() >= shards) {
            return List.copyOf(quiet.subList(0, shards));
        }
        if (asked >= 0 && !cores.contains(asked)) {
            throw new ConfigurationException(
                    "shard-core=" + asked + " is not among the cores of this process: " + cores);
        }
        int first = asked >= 0 ? cores.indexOf(asked) : cores.size() - shards;
        if (first < 0 || first + shards > cores.size()) {
            throw new ConfigurationException("shards=" + shards + " need as many cores from "
                    + (asked >= 0 ? "shard-core=" + asked : "the last one down") + ", and this process has " + cores
                    + "; profile development pins none");
        }
        return List.copyOf(cores.subList(first, first + shards));
    }

    /** The core of a shard's thread, or -1. */
    public int shardCore(int shard) {
        return shardCores.isEmpty() ? -1 : shardCores.get(shard);
    }

    /** Where everything else belongs: a thread that wakes on the core of a shard that spins waits for the scheduler, milliseconds. */
    public List<Integer> otherCores() {
        List<Integer> others =
                cores.stream().filter(core -> !shardCores.contains(core)).toList();
        return others.isEmpty() ? cores : others;
    }

    public String explain() {
        return String.format(
                "cores: %s; %s, media driver %s, housekeeping %s%n",
                cores,
                shardCores.isEmpty() ? "shards unpinned" : "shards pinned to " + shardCores,
                driverInShard ? "invoked by the first shard between messages" : "on threads of its own",
                shardCores.isEmpty() ? "unpinned" : "on " + otherCores());
    }
}
