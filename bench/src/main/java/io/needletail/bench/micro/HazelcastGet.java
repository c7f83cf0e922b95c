package io.needletail.bench.micro;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.needletail.bench.data.HazelcastSettings;
import io.needletail.bench.data.Questions;

/** Peer: a Hazelcast member in the process that asks it; keys and values are bytes. */
public class HazelcastGet extends Subject {
    private HazelcastInstance member;
    private IMap<byte[], byte[]> map;
    private long[] keys;

    @Override
    void prepare() {
        member = Hazelcast.newHazelcastInstance(HazelcastSettings.memberOnAnyPort());
        map = member.getMap(HazelcastSettings.MAP);
        for (int i = 0; i < entries; i++) {
            map.set(bytes(questions.key0(i), questions.key1(i)), bytes(questions.value0(i), questions.value1(i)));
        }
        keys = questions.keysInOrder();
    }

    private static byte[] bytes(long word0, long word1) {
        byte[] bytes = new byte[16];
        ChronicleMapGet.write(bytes, word0, word1);
        return bytes;
    }

    @Override
    long operation() {
        int at = 2 * next();
        byte[] found = map.get(bytes(keys[at], keys[at + 1]));
        return Questions.fold((long) ChronicleMapGet.WORD.get(found, 0), (long) ChronicleMapGet.WORD.get(found, 8));
    }

    @Override
    void dispose() {
        member.shutdown();
    }
}
