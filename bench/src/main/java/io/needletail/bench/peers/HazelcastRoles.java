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
import java.util.Map;
import java.util.SplittableRandom;

/** A member in a process of its own, and a client in another. */
public final class HazelcastRoles {
    private static final int ENTRIES = 4096;
    private static final int LENGTH = 16;

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
        HazelcastInstance client =
                HazelcastClient.newHazelcastClient(HazelcastSettings.client(Integer.parseInt(settings.get("port"))));
        new RoundTripRole("get", new Get(client)).run(Integer.parseInt(settings.get("core")));
    }

    /** One get of 16 bytes by a key of 16 bytes, in random order. */
    private static final class Get implements RoundTrip {
        private final HazelcastInstance client;
        private final IMap<byte[], byte[]> map;
        private final byte[][] keys = new byte[ENTRIES][];
        private final SplittableRandom random = new SplittableRandom(1);

        Get(HazelcastInstance client) {
            this.client = client;
            map = client.getMap(HazelcastSettings.MAP);
            for (int i = 0; i < ENTRIES; i++) {
                keys[i] = bytes();
                map.set(keys[i], bytes());
            }
        }

        private byte[] bytes() {
            return ByteBuffer.allocate(LENGTH)
                    .putLong(random.nextLong())
                    .putLong(random.nextLong())
                    .array();
        }

        @Override
        public void play() {
            byte[] value = map.get(keys[random.nextInt(ENTRIES)]);
            if (value == null || value.length != LENGTH) {
                throw new IllegalStateException("a key that was put is not there");
            }
        }

        @Override
        public void close() {
            client.shutdown();
        }
    }
}
