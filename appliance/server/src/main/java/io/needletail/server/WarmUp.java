package io.needletail.server;

import io.needletail.client.BlockingSession;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.nio.file.Path;

/**
 * Runs every operation over a real session until its code is compiled, both branches of each: the first messages otherwise
 * take milliseconds. The key is deleted at the end and the entries of others are not touched.
 */
final class WarmUp {
    /** No text of a user begins with a zero byte by accident. */
    private static final String KEY = "\0needletail-warm";

    private static final long TIMEOUT_NS = 10_000_000_000L;

    private final BlockingSession session;
    private final Key key = new Key(KEY);
    private final Key missing = new Key(KEY + "-missing-and-long");
    private final Value shortValue = new Value(16);
    private final Value longValue = new Value(64);
    private final Entry entry;

    private WarmUp(BlockingSession session) {
        this.session = session;
        entry = new Entry(session.limits().maxValueLength());
        shortValue.resize(16);
        longValue.resize(64);
    }

    static void run(Path folder, int rounds) {
        try (BlockingSession session = BlockingSession.connect(folder, TIMEOUT_NS)) {
            WarmUp warmUp = new WarmUp(session);
            for (int i = 0; i < rounds; i++) {
                warmUp.round(i);
            }
            session.scan(warmUp.key, 1, (found, value) -> {});
        }
    }

    private void round(int i) {
        check(session.insert(key, shortValue, entry), Status.OK);
        long handle = entry.handle();
        check(session.insert(key, shortValue, entry), Status.EXISTS);
        shortValue.putLong(0, i);
        check(session.put(handle, shortValue, entry), Status.OK);
        check(session.get(handle, entry), Status.OK);
        check(session.get(key, entry), Status.OK);
        check(session.put(key, longValue, entry), Status.OK);
        check(session.get(handle, entry), Status.OK);
        check(session.get(missing, entry), Status.NOT_FOUND);
        check(session.delete(handle, entry), Status.OK);
        check(session.get(handle, entry), Status.STALE_HANDLE);
        check(session.resolve(key, true, entry), Status.OK);
        check(session.put(missing, longValue, entry), Status.OK);
        check(session.delete(missing, entry), Status.OK);
        check(session.delete(key, entry), Status.OK);
    }

    private static void check(int status, int expected) {
        if (status != expected) {
            throw new IllegalStateException(
                    "warm-up: status=" + Status.name(status) + " expected=" + Status.name(expected));
        }
    }
}
