package io.needletail.bench.micro;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.needletail.bench.data.Questions;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** {@link HazelcastGet} by {@code getAll}. Arrays are no keys of the map that it answers, so its pairs are put in order by key. */
public class HazelcastGetAll extends AskedTogether {
    private final long[] askedWords = new long[2 * LENGTH];
    private final long[] answers = new long[LENGTH];
    private HazelcastInstance member;
    private IMap<byte[], byte[]> map;
    private long[] keys;

    @Override
    void prepare() {
        member = HazelcastGet.start();
        map = HazelcastGet.fill(member, questions, 16);
        keys = questions.keysInOrder();
    }

    @Override
    void ask() {
        Set<byte[]> asked = new LinkedHashSet<>();
        for (int i = 0; i < LENGTH; i++) {
            int at = 2 * next();
            askedWords[2 * i] = keys[at];
            askedWords[2 * i + 1] = keys[at + 1];
            asked.add(HazelcastGet.bytes(16, keys[at], keys[at + 1]));
        }
        for (Map.Entry<byte[], byte[]> pair : map.getAll(asked).entrySet()) {
            answers[indexOf((long) ChronicleMapGet.WORD.get(pair.getKey(), 0))] =
                    Questions.fold((long) ChronicleMapGet.WORD.get(pair.getValue(), 0), (long)
                            ChronicleMapGet.WORD.get(pair.getValue(), 8));
        }
    }

    private int indexOf(long word0) {
        for (int i = 0; i < LENGTH; i++) {
            if (askedWords[2 * i] == word0) {
                return i;
            }
        }
        throw new IllegalStateException("answered a key that was not asked for");
    }

    @Override
    long answer(int index) {
        return answers[index];
    }

    @Override
    void dispose() {
        member.shutdown();
    }
}
