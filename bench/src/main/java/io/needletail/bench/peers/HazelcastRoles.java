package io.needletail.bench.peers;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.needletail.bench.data.HazelcastSettings;
import io.needletail.bench.ipc.RoundTrip;
import io.needletail.bench.ipc.RoundTripRole;
import io.needletail.bench.process.Coordinator;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** A member in a process of its own, and a client in another. */
public final class HazelcastRoles {
    private static final int ENTRIES = 4096;
    private static final int KEY_LENGTH = 16;

    private HazelcastRoles() {}

    /** Serves until the coordinator is gone. */
    public static void member(Map<String, String> settings) {
        HazelcastInstance member =
                Hazelcast.newHazelcastInstance(HazelcastSettings.member(Integer.parseInt(settings.get("port"))));
        Coordinator.say("ready");
        Coordinator.next(() -> {});
        member.shutdown();
    }

    public static void client(Map<String, String> settings) throws java.io.IOException {
        int port = Integer.parseInt(settings.get("port"));
        HazelcastInstance client = HazelcastClient.newHazelcastClient(
                settings.containsKey("near")
                        ? HazelcastSettings.clientWithNearCache(port)
                        : HazelcastSettings.client(port));
        int value = Integer.parseInt(settings.get("value"));
        int together = Integer.parseInt(settings.get("together"));
        RoundTrip get = together == 1 ? new Get(client, value) : new GetTogether(client, value, together);
        new RoundTripRole("get", get).run(Integer.parseInt(settings.get("core")));
    }

    /** One get by a key of 16 bytes, in random order. */
    private static class Get implements RoundTrip {
        private final HazelcastInstance client;
        private final IMap<byte[], byte[]> map;
        private final int valueLength;
        private final byte[][] keys = new byte[ENTRIES][];
        private final SplittableRandom random = new SplittableRandom(1);

        Get(HazelcastInstance client, int valueLength) {
            this.client = client;
            this.valueLength = valueLength;
            map = client.getMap(HazelcastSettings.MAP);
            for (int i = 0; i < ENTRIES; i++) {
                keys[i] = bytes(KEY_LENGTH);
                map.set(keys[i], bytes(valueLength));
            }
        }

        /** Random ones first, the rest zero. */
        private byte[] bytes(int length) {
            return ByteBuffer.allocate(length)
                    .putLong(random.nextLong())
                    .putLong(random.nextLong())
                    .array();
        }

        @Override
        public void play() {
            check(map.get(nextKey()));
        }

        final byte[] nextKey() {
            return keys[random.nextInt(ENTRIES)];
        }

        final IMap<byte[], byte[]> map() {
            return map;
        }

        final void check(byte[] value) {
            if (value == null || value.length != valueLength) {
                throw new IllegalStateException("a key that was put is not there");
            }
        }

        @Override
        public void close() {
            client.shutdown();
        }
    }

    /** Several different ones with one request. */
    private static final class GetTogether extends Get {
        private final int together;

        GetTogether(HazelcastInstance client, int valueLength, int together) {
            super(client, valueLength);
            this.together = together;
        }

        @Override
        public void play() {
            Set<byte[]> asked = new HashSet<>(); // the arrays are the same ones for the same key
            while (asked.size() < together) {
                asked.add(nextKey());
            }
            Map<byte[], byte[]> found = map().getAll(asked);
            if (found.size() != together) {
                throw new IllegalStateException(
                        "asked for " + together + " keys that are there, found " + found.size());
            }
            found.values().forEach(this::check);
        }
    }
}
