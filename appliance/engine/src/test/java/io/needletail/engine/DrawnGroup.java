package io.needletail.engine;

import io.needletail.registry.view.Group;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** A random group of changes and what it should do to a map of keys; the oracle's, so it knows nothing of the engine. */
final class DrawnGroup {
    /** Two changes of five expect a version, one of twelve of these a wrong one. */
    private static final int WRONG_ONE_IN = 12;

    private record Change(String key, int operation, byte[] value, long delta, boolean expects, boolean wrongly) {}

    private final List<Change> changes = new ArrayList<>();

    DrawnGroup(SplittableRandom random, Iterable<String> keys, int maxValueLength) {
        List<String> names = new ArrayList<>();
        keys.forEach(names::add);
        Set<String> taken = new HashSet<>();
        int length = 1 + random.nextInt(6);
        while (changes.size() < length) {
            String key = names.get(random.nextInt(names.size()));
            int operation = random.nextInt(5) == 0 ? random.nextInt(Group.OPERATIONS) : Group.PUT;
            byte[] value = new byte[random.nextInt(3) == 0 ? random.nextInt(maxValueLength) : random.nextInt(17)];
            random.nextBytes(value);
            boolean expects = random.nextInt(5) < 2;
            boolean wrongly = random.nextInt(WRONG_ONE_IN) == 0;
            if (taken.add(key)) {
                changes.add(new Change(key, operation, value, random.nextInt(-9, 9), expects, wrongly));
            }
        }
    }

    /** The group for an engine whose keys have these versions. */
    Group group(Map<String, Long> versions) {
        Group group = new Group(1024);
        Key key = new Key();
        Value value = new Value(1024);
        for (Change change : changes) {
            key.setUtf8(change.key);
            long present = versions.getOrDefault(change.key, Group.NO_ENTRY);
            long expected = !change.expects ? Group.ANY_VERSION : change.wrongly ? present + 1 : present;
            switch (change.operation) {
                case Group.CHECK -> group.check(key, expected);
                case Group.PUT -> {
                    value.set(change.value, 0, change.value.length);
                    group.put(key, expected, value);
                }
                case Group.ADD -> group.add(key, expected, change.delta);
                case Group.CLEAR -> group.clear(key, expected);
                default -> group.delete(key, expected);
            }
        }
        return group;
    }

    /** The first status that is not OK, else OK: versions before anything else. */
    int expectedStatus(Map<String, byte[]> state) {
        for (Change change : changes) {
            int status = expectation(change, state.containsKey(change.key));
            if (status != Status.OK) {
                return status;
            }
        }
        for (Change change : changes) {
            int status = possibility(change.operation, state.get(change.key));
            if (status != Status.OK) {
                return status;
            }
        }
        return Status.OK;
    }

    /** Whether the entry is there and has the version: looked at for all entries first. */
    private static int expectation(Change change, boolean known) {
        if (change.expects && change.wrongly) {
            return known ? Status.VERSION_CONFLICT : Status.NOT_FOUND;
        }
        boolean canBeUnknown = change.operation == Group.PUT
                || change.operation == Group.ADD
                || (change.operation == Group.CHECK && change.expects);
        return known || canBeUnknown ? Status.OK : Status.NOT_FOUND;
    }

    /** Whether the change can be made of what is there. */
    private static int possibility(int operation, byte[] value) {
        if (operation == Group.CLEAR && value == null) {
            return Status.ABSENT;
        }
        boolean isNumber = value == null || value.length == Long.BYTES;
        return operation == Group.ADD && !isNumber ? Status.NOT_A_NUMBER : Status.OK;
    }

    /** What the group makes of a state: itself when it is refused. */
    Map<String, byte[]> applyTo(Map<String, byte[]> state) {
        Map<String, byte[]> after = new HashMap<>(state);
        if (expectedStatus(state) != Status.OK) {
            return after;
        }
        for (Change change : changes) {
            switch (change.operation) {
                case Group.PUT -> after.put(change.key, change.value);
                case Group.ADD -> after.put(change.key, sum(after.get(change.key), change.delta));
                case Group.CLEAR -> after.put(change.key, null);
                case Group.DELETE -> after.remove(change.key);
                default -> {
                    // a check changes nothing
                }
            }
        }
        return after;
    }

    private static byte[] sum(byte[] before, long delta) {
        long number = before == null
                ? 0
                : ByteBuffer.wrap(before).order(ByteOrder.LITTLE_ENDIAN).getLong();
        return ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number + delta) // small numbers, or random ones that a nine does not overflow but once in 2^60
                .array();
    }

    Iterable<String> keys() {
        return changes.stream().map(Change::key).toList();
    }
}
