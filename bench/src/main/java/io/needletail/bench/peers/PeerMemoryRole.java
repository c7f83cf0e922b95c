package io.needletail.bench.peers;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.hazelcast.core.Hazelcast;
import io.needletail.bench.data.HazelcastSettings;
import io.needletail.bench.data.Questions;
import io.needletail.bench.process.Coordinator;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import net.openhft.chronicle.map.ChronicleMap;
import org.agrona.collections.Object2ObjectHashMap;

/** What an entry of a peer in a Java process takes: a map of many entries of 16 + 16 bytes, alone in its JVM. */
public final class PeerMemoryRole {
    /** The line that answers it: bytes an entry. */
    static final String RESULT = "bytes ";

    private PeerMemoryRole() {}

    /** Two words of a key or a value, as an application would hold them. */
    private record Words(long word0, long word1) {}

    public static void run(Map<String, String> settings) {
        int entries = Integer.parseInt(settings.get("entries"));
        Coordinator.say(RESULT + bytesPerEntry(settings.get("peer"), entries));
    }

    private static double bytesPerEntry(String peer, int entries) {
        Questions questions = new Questions(entries);
        return switch (peer) {
            case "concurrenthashmap" -> onHeap(questions, words(new ConcurrentHashMap<Words, Words>(entries)::put));
            case "agrona" -> onHeap(questions, words(new Object2ObjectHashMap<Words, Words>(entries, 0.55f)::put));
            case "caffeine" ->
                onHeap(
                        questions,
                        words(Caffeine.newBuilder()
                                .maximumSize(2L * entries)
                                .initialCapacity(entries)
                                .<Words, Words>build()::put));
            case "hazelcast" ->
                onHeap(
                        questions,
                        bytes(Hazelcast.newHazelcastInstance(HazelcastSettings.memberOnAnyPort())
                                .<byte[], byte[]>getMap(HazelcastSettings.MAP)::set));
            case "chroniclemap" -> offHeap(questions);
            default -> throw new IllegalArgumentException("peer=" + peer);
        };
    }

    private interface Fill {
        void put(long key0, long key1, long value0, long value1);
    }

    private static Fill words(BiConsumer<Words, Words> put) {
        return (key0, key1, value0, value1) -> put.accept(new Words(key0, key1), new Words(value0, value1));
    }

    private static Fill bytes(BiConsumer<byte[], byte[]> put) {
        return (key0, key1, value0, value1) -> put.accept(bytes(key0, key1), bytes(value0, value1));
    }

    private static byte[] bytes(long word0, long word1) {
        return ByteBuffer.allocate(16).putLong(word0).putLong(word1).array();
    }

    private static double onHeap(Questions questions, Fill fill) {
        long before = usedHeap();
        fillAll(questions, fill);
        long after = usedHeap();
        fill.put(0, 0, 0, 0); // it is still there
        return (double) (after - before) / questions.entries();
    }

    private static double offHeap(Questions questions) {
        try (ChronicleMap<byte[], byte[]> map = ChronicleMap.of(byte[].class, byte[].class)
                .name("peer")
                .entries(questions.entries())
                .constantKeySizeBySample(new byte[16])
                .constantValueSizeBySample(new byte[16])
                .putReturnsNull(true)
                .create()) {
            fillAll(questions, bytes(map::put));
            return (double) map.offHeapMemoryUsed() / questions.entries();
        }
    }

    private static void fillAll(Questions questions, Fill fill) {
        for (int i = 0; i < questions.entries(); i++) {
            fill.put(questions.key0(i), questions.key1(i), questions.value0(i), questions.value1(i));
        }
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
