package io.needletail.bench.micro;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.needletail.bench.data.HazelcastSettings;
import io.needletail.bench.data.Questions;
import org.openjdk.jmh.annotations.Param;

/** Peer: a Hazelcast member in the process that asks it; keys and values are bytes. */
public class HazelcastGet extends Subject {
    /** Length of the values; the first sixteen bytes are read. */
    @Param("16")
    int value;

    private HazelcastInstance member;
    private IMap<byte[], byte[]> map;
    private long[] keys;

    @Override
    void prepare() {
        member = start();
        map = fill(member, questions, value);
        keys = questions.keysInOrder();
    }

    static HazelcastInstance start() {
        return Hazelcast.newHazelcastInstance(HazelcastSettings.memberOnAnyPort());
    }

    static IMap<byte[], byte[]> fill(HazelcastInstance member, Questions questions, int value) {
        IMap<byte[], byte[]> map = member.getMap(HazelcastSettings.MAP);
        for (int i = 0; i < questions.entries(); i++) {
            map.set(
                    bytes(16, questions.key0(i), questions.key1(i)),
                    bytes(value, questions.value0(i), questions.value1(i)));
        }
        return map;
    }

    static byte[] bytes(int length, long word0, long word1) {
        byte[] bytes = new byte[length];
        ChronicleMapGet.write(bytes, word0, word1);
        return bytes;
    }

    @Override
    long operation() {
        int at = 2 * next();
        byte[] found = map.get(bytes(16, keys[at], keys[at + 1]));
        return Questions.fold((long) ChronicleMapGet.WORD.get(found, 0), (long) ChronicleMapGet.WORD.get(found, 8));
    }

    @Override
    void dispose() {
        member.shutdown();
    }
}
