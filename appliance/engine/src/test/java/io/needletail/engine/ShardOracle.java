package io.needletail.engine;

import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What a shard should hold, kept in maps, beside a stream of random operations. Independent of the engine: it knows keys,
 * values and statuses, nothing of slots, records or blocks.
 */
final class ShardOracle {
    /** A key without a value. */
    static final byte[] ABSENT = null;

    private static final int KEYS = 200;
    private static final int MAX_VALUE_LENGTH = 600;

    private final SplittableRandom random;
    private final Map<String, byte[]> expected = new HashMap<>();
    private final Map<String, Long> handles = new HashMap<>();
    private final Key key = new Key();
    private final Value value = new Value(MAX_VALUE_LENGTH);
    private final Entry entry = new Entry(MAX_VALUE_LENGTH);

    private String nextKey;
    private byte[] nextValue;
    private int nextOperation;

    ShardOracle(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Draws the next operation; {@link #apply} runs it, as often as asked. */
    void draw() {
        int id = random.nextInt(KEYS);
        // one key in four is longer than a slot holds
        nextKey = id % 4 == 0 ? "a-key-that-is-too-long-for-its-slot-" + "x".repeat(id) + id : "key-" + id;
        nextValue = new byte[random.nextInt(3) == 0 ? 17 + random.nextInt(MAX_VALUE_LENGTH - 16) : random.nextInt(17)];
        random.nextBytes(nextValue);
        nextOperation = random.nextInt(8);
    }

    /** Runs the drawn operation on the engine; its status. */
    int apply(ShardEngine engine) {
        key.setUtf8(nextKey);
        value.set(nextValue, 0, nextValue.length);
        Long handle = handles.get(nextKey);
        return switch (nextOperation) {
            case 0, 1 -> engine.put(key, value, entry);
            case 2 -> engine.insert(key, value, entry);
            case 3 -> engine.resolve(key, true, entry);
            case 4, 5 -> handle == null ? engine.put(key, value, entry) : engine.put(handle, value, entry);
            case 6 -> engine.delete(key, entry);
            default -> handle == null ? engine.delete(key, entry) : engine.delete(handle, entry);
        };
    }

    /** The status that the drawn operation must have. */
    int expectedStatus() {
        boolean known = expected.containsKey(nextKey);
        return switch (nextOperation) {
            case 2 -> known && expected.get(nextKey) != ABSENT ? Status.EXISTS : Status.OK;
            case 6, 7 -> known ? Status.OK : Status.NOT_FOUND;
            default -> Status.OK;
        };
    }

    /** Notes that the drawn operation has happened. */
    void happened(ShardEngine engine) {
        boolean known = expected.containsKey(nextKey);
        switch (nextOperation) {
            case 3 -> expected.putIfAbsent(nextKey, ABSENT);
            case 6, 7 -> expected.remove(nextKey);
            case 2 -> {
                if (!known || expected.get(nextKey) == ABSENT) {
                    expected.put(nextKey, nextValue);
                }
            }
            default -> expected.put(nextKey, nextValue);
        }
        refreshHandle(engine);
    }

    private void refreshHandle(ShardEngine engine) {
        if (!expected.containsKey(nextKey)) {
            handles.remove(nextKey);
        } else {
            key.setUtf8(nextKey);
            engine.resolve(key, false, entry);
            handles.put(nextKey, entry.handle());
        }
    }

    /** The state as it should be, with the drawn operation done or not. */
    Map<String, byte[]> expected() {
        return new TreeMap<>(expected);
    }

    Map<String, byte[]> expectedAfter() {
        ShardOracle copy = new ShardOracle(0);
        copy.expected.putAll(expected);
        copy.nextKey = nextKey;
        copy.nextValue = nextValue;
        copy.nextOperation = nextOperation;
        copy.noteOnly();
        return copy.expected();
    }

    private void noteOnly() {
        boolean known = expected.containsKey(nextKey);
        if (nextOperation == 6 || nextOperation == 7) {
            expected.remove(nextKey);
        } else if (nextOperation == 3) {
            expected.putIfAbsent(nextKey, ABSENT);
        } else if (nextOperation != 2 || !known || expected.get(nextKey) == ABSENT) {
            expected.put(nextKey, nextValue);
        }
    }

    /** Everything the engine holds of this oracle's keys, read key by key. */
    static Map<String, byte[]> stateOf(ShardEngine engine, Iterable<String> keys) {
        Map<String, byte[]> state = new TreeMap<>();
        Key key = new Key();
        Entry entry = new Entry(MAX_VALUE_LENGTH);
        for (String text : keys) {
            key.setUtf8(text);
            int status = engine.get(key, entry);
            if (status == Status.OK) {
                state.put(text, entry.value().toByteArray());
            } else if (status == Status.ABSENT) {
                state.put(text, ABSENT);
            } else if (status != Status.NOT_FOUND) {
                throw new AssertionError(text + ": " + Status.name(status));
            }
        }
        return state;
    }

    static Iterable<String> allKeys() {
        return java.util.stream.IntStream.range(0, KEYS)
                .mapToObj(
                        id -> id % 4 == 0 ? "a-key-that-is-too-long-for-its-slot-" + "x".repeat(id) + id : "key-" + id)
                .toList();
    }

    /** For messages: equal maps print equally. */
    static Map<String, String> printable(Map<String, byte[]> state) {
        Map<String, String> printable = new TreeMap<>();
        state.forEach((name, bytes) -> printable.put(
                name, bytes == ABSENT ? "-" : java.util.HexFormat.of().formatHex(bytes)));
        return printable;
    }
}
