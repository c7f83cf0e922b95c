package io.needletail.engine;

import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
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
    /** A deadline that no test lives to see; {@link ExpiryTest} is about those that come. */
    private static final long FAR_NS = ShardEngine.MAX_TTL_NS;

    private static final int MAX_VALUE_LENGTH = 600;
    /** From this operation on it is a group. */
    private static final int GROUP = 15;
    /** Several with one call, each for itself. */
    private static final int BATCH = 18;

    private static final int LONGEST_BATCH = 4;

    private final SplittableRandom random;
    private final int operations;
    private final Map<String, byte[]> expected = new HashMap<>();
    private final Map<String, Long> handles = new HashMap<>();
    private final Map<String, Long> versions = new HashMap<>();
    private final Key key = new Key();
    private final Value value = new Value(MAX_VALUE_LENGTH);
    private final Entry entry = new Entry(MAX_VALUE_LENGTH);

    private String nextKey;
    private byte[] nextValue;
    private int nextOperation;
    private long nextDelta;
    private DrawnGroup nextGroup;
    private final Map<String, byte[]> nextBatch = new LinkedHashMap<>();

    ShardOracle(long seed) {
        this(seed, BATCH);
    }

    private ShardOracle(long seed, int operations) {
        this.operations = operations;
        random = new SplittableRandom(seed);
    }

    /** One that draws batches, too: between the first and the last change of one there are states of their own. */
    static ShardOracle withBatches(long seed) {
        return new ShardOracle(seed, BATCH + 1);
    }

    /** Draws the next operation; {@link #apply} runs it, as often as asked. */
    void draw() {
        int id = random.nextInt(KEYS);
        nextKey = nameOf(id);
        nextValue = new byte[random.nextInt(3) == 0 ? 17 + random.nextInt(MAX_VALUE_LENGTH - 16) : random.nextInt(17)];
        random.nextBytes(nextValue);
        nextOperation = random.nextInt(operations);
        drawBatch();
        nextGroup = nextOperation >= GROUP && nextOperation < BATCH
                ? new DrawnGroup(random, allKeys(), MAX_VALUE_LENGTH)
                : null;
        nextDelta = random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(-1000, 1000);
    }

    /** Different keys, with values of all lengths. */
    private void drawBatch() {
        nextBatch.clear();
        for (int i = nextOperation == BATCH ? 1 + random.nextInt(LONGEST_BATCH) : 0; i > 0; i--) {
            byte[] bytes =
                    new byte[random.nextInt(3) == 0 ? 17 + random.nextInt(MAX_VALUE_LENGTH - 16) : random.nextInt(17)];
            random.nextBytes(bytes);
            nextBatch.put(nameOf(random.nextInt(KEYS)), bytes);
        }
    }

    private int applyBatch(ShardEngine engine) {
        Batch batch = new Batch(MAX_VALUE_LENGTH);
        nextBatch.forEach((name, bytes) -> {
            key.setUtf8(name);
            value.set(bytes, 0, bytes.length);
            batch.add(key, value);
        });
        int status = engine.put(batch);
        for (int i = 0; i < batch.length() && status == Status.OK; i++) {
            status = batch.status(i);
        }
        return status;
    }

    /** Of a batch what may stand between: each of its changes happens for itself, in order. */
    List<Map<String, byte[]>> expectedBetween() {
        List<Map<String, byte[]>> between = new ArrayList<>();
        Map<String, byte[]> state = expected();
        for (Map.Entry<String, byte[]> change : nextBatch.entrySet()) {
            state.put(change.getKey(), change.getValue());
            between.add(new TreeMap<>(state));
        }
        return between;
    }

    /** Runs the drawn operation on the engine; its status. */
    int apply(ShardEngine engine) {
        key.setUtf8(nextKey);
        value.set(nextValue, 0, nextValue.length);
        if (nextGroup != null) {
            return engine.apply(nextGroup.group(versions));
        }
        if (nextOperation == BATCH) {
            return applyBatch(engine);
        }
        Long handle = handles.get(nextKey);
        return switch (nextOperation) {
            case 0, 1 -> engine.put(key, value, entry);
            case 2 -> engine.insert(key, value, entry);
            case 3 -> engine.resolve(key, true, entry);
            case 4, 5 -> handle == null ? engine.put(key, value, entry) : engine.put(handle, value, entry);
            case 6 -> engine.delete(key, entry);
            case 7 -> handle == null ? engine.delete(key, entry) : engine.delete(handle, entry);
            case 8 -> handle == null ? engine.clear(key, entry) : engine.clear(handle, entry);
            case 9, 10 -> handle == null ? engine.add(key, nextDelta, entry) : engine.add(handle, nextDelta, entry);
            case 11 -> engine.putIf(key, versions.getOrDefault(nextKey, 0L), value, entry);
            case 13 ->
                handle == null ? engine.putFor(key, FAR_NS, value, entry) : engine.putFor(handle, FAR_NS, value, entry);
            case 14 -> handle == null ? engine.touch(key, FAR_NS, entry) : engine.touch(handle, FAR_NS, entry);
            default ->
                handle == null
                        ? engine.putIf(key, 1, value, entry)
                        : engine.putIf(handle, versions.get(nextKey) - 1, value, entry);
        };
    }

    /** The status that the drawn operation must have. */
    int expectedStatus() {
        if (nextGroup != null) {
            return nextGroup.expectedStatus(expected);
        }
        boolean known = expected.containsKey(nextKey);
        return switch (nextOperation) {
            case 2 -> known && expected.get(nextKey) != ABSENT ? Status.EXISTS : Status.OK;
            case 6, 7, 11, 14 -> known ? Status.OK : Status.NOT_FOUND;
            case 8 -> !known ? Status.NOT_FOUND : expected.get(nextKey) == ABSENT ? Status.ABSENT : Status.OK;
            case 9, 10 -> !known || expected.get(nextKey) == ABSENT ? Status.OK : statusOfSum(expected.get(nextKey));
            case 12 -> known ? Status.VERSION_CONFLICT : Status.NOT_FOUND;
            default -> Status.OK;
        };
    }

    private int statusOfSum(byte[] number) {
        if (number.length != Long.BYTES) {
            return Status.NOT_A_NUMBER;
        }
        try {
            Math.addExact(toLong(number), nextDelta);
            return Status.OK;
        } catch (ArithmeticException e) {
            return Status.OVERFLOW;
        }
    }

    private static long toLong(byte[] number) {
        return ByteBuffer.wrap(number).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private byte[] sum() {
        byte[] before = expected.get(nextKey);
        long sum = (before == ABSENT ? 0 : toLong(before)) + nextDelta;
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(sum)
                .array();
    }

    /** Notes that the drawn operation has happened. */
    void happened(ShardEngine engine) {
        noteOnly();
        if (nextGroup != null) {
            nextGroup.keys().forEach(name -> refreshHandle(engine, name));
        } else if (nextOperation == BATCH) {
            nextBatch.keySet().forEach(name -> refreshHandle(engine, name));
        } else {
            refreshHandle(engine, nextKey);
        }
    }

    private void refreshHandle(ShardEngine engine, String name) {
        if (!expected.containsKey(name)) {
            handles.remove(name);
            versions.remove(name);
        } else {
            key.setUtf8(name);
            engine.resolve(key, false, entry);
            handles.put(name, entry.handle());
            versions.put(name, entry.version());
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
        copy.nextDelta = nextDelta;
        copy.nextGroup = nextGroup;
        copy.nextBatch.putAll(nextBatch);
        copy.noteOnly();
        return copy.expected();
    }

    private void noteOnly() {
        if (nextGroup != null) {
            Map<String, byte[]> after = nextGroup.applyTo(expected);
            expected.clear();
            expected.putAll(after);
            return;
        }
        if (nextOperation == BATCH) {
            expected.putAll(nextBatch);
            return;
        }
        boolean known = expected.containsKey(nextKey);
        switch (nextOperation) {
            case 2 -> {
                if (!known || expected.get(nextKey) == ABSENT) {
                    expected.put(nextKey, nextValue);
                }
            }
            case 3 -> expected.putIfAbsent(nextKey, ABSENT);
            case 6, 7 -> expected.remove(nextKey);
            case 8 -> {
                if (known) {
                    expected.put(nextKey, ABSENT);
                }
            }
            case 9, 10 -> {
                if (expectedStatus() == Status.OK) {
                    expected.put(nextKey, sum());
                }
            }
            case 11 -> {
                if (known) {
                    expected.put(nextKey, nextValue);
                }
            }
            case 12, 14 -> {
                // a conflict and a touch change no value
            }
            default -> expected.put(nextKey, nextValue);
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
                .mapToObj(ShardOracle::nameOf)
                .toList();
    }

    /** One key in four is longer than a slot holds. */
    private static String nameOf(int id) {
        return id % 4 == 0 ? "a-key-that-is-too-long-for-its-slot-" + "x".repeat(id) + id : "key-" + id;
    }

    /** For messages: equal maps print equally. */
    static Map<String, String> printable(Map<String, byte[]> state) {
        Map<String, String> printable = new TreeMap<>();
        state.forEach((name, bytes) -> printable.put(
                name, bytes == ABSENT ? "-" : java.util.HexFormat.of().formatHex(bytes)));
        return printable;
    }
}
