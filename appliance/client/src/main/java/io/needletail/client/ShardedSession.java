package io.needletail.client;

import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Cache;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Group;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.ShardRoute;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.nio.file.Path;

/**
 * A namespace with all its shards: a {@link BlockingSession} with each. Keys go to their shard by {@link ShardRoute}, handles by
 * the shard they name. A batch that spans shards is split, and its parts run one after the other: it is not atomic, as no batch
 * is. A group must be of one shard. Scans go through the shards in order. For one thread.
 */
public final class ShardedSession implements Cache, AutoCloseable {
    /** In a liveness timeout; a session sends one when a quarter of it has passed since the last. */
    private static final int SIGNS_OF_LIFE = 8;

    private final ShardRoute route;
    private final BlockingSession[] sessions;
    private final Batch[] parts;
    private final int[] places = new int[Batch.MAX_LENGTH];
    private final long signOfLifeNs;
    private long lastSignsOfLifeNs = System.nanoTime();
    private int nextAllocation;

    private ShardedSession(BlockingSession[] sessions) {
        this.sessions = sessions;
        route = sessions[0].limits().route();
        parts = new Batch[sessions.length];
        signOfLifeNs = sessions[0].limits().livenessTimeoutNs() / SIGNS_OF_LIFE;
        if (sessions.length > 1) {
            for (BlockingSession session : sessions) {
                session.companions(() -> giveSignsOfLife(session));
            }
        }
    }

    /** While one shard is asked the others would not hear of this client. */
    private void giveSignsOfLife(BlockingSession asking) {
        long nowNs = System.nanoTime();
        if (nowNs - lastSignsOfLifeNs > signOfLifeNs) {
            lastSignsOfLifeNs = nowNs;
            for (BlockingSession session : sessions) {
                if (session != asking) {
                    session.tend();
                }
            }
        }
    }

    /** Connects to every shard of an appliance that has no namespaces. */
    public static ShardedSession connect(Path applianceFolder, long timeoutNs) {
        return connect(SessionAddress.of(applianceFolder), "", timeoutNs);
    }

    /** Connects to every shard of a namespace. */
    public static ShardedSession connect(Path applianceFolder, String namespace, long timeoutNs) {
        return connect(SessionAddress.of(applianceFolder), namespace, timeoutNs);
    }

    /** The same, by shared memory or UDP, as the address says. */
    public static ShardedSession connect(SessionAddress address, String namespace, long timeoutNs) {
        return connect(new Asker(address, namespace, ClientId.NOBODY, timeoutNs));
    }

    /**
     * Sessions that outlive their connections, each for itself, as {@link BlockingSession#connectAgain(SessionAddress,
     * ClientId, long)} says; the same client id is used for every shard.
     */
    public static ShardedSession connectAgain(
            SessionAddress address, String namespace, ClientId clientId, long timeoutNs) {
        return connect(new Asker(address, namespace, clientId, timeoutNs));
    }

    /** Who connects, and where. */
    private record Asker(SessionAddress address, String namespace, ClientId clientId, long timeoutNs) {
        BlockingSession connect(int shard) {
            Session session =
                    Session.connect(address, SessionProtocol.requestStreamId(shard), namespace, clientId, timeoutNs);
            return clientId.isNobody()
                    ? new BlockingSession(session, timeoutNs)
                    : BlockingSession.again(session, timeoutNs);
        }
    }

    private static ShardedSession connect(Asker asker) {
        BlockingSession first = connectFirst(asker);
        ShardRoute route = first.limits().route();
        BlockingSession[] sessions = new BlockingSession[route.shards()];
        sessions[0] = first;
        try {
            for (int i = 1; i < sessions.length; i++) {
                sessions[i] = asker.connect(route.firstShard() + i);
            }
        } catch (RuntimeException e) {
            closeAll(sessions);
            throw e;
        }
        return new ShardedSession(sessions);
    }

    /** Shard 0 knows where every namespace begins. */
    private static BlockingSession connectFirst(Asker asker) {
        try {
            return asker.connect(0);
        } catch (SessionException e) {
            if (e.kind() != SessionException.Kind.ELSEWHERE) {
                throw e;
            }
            return asker.connect(e.firstShard());
        }
    }

    public ShardRoute route() {
        return route;
    }

    /** What the first shard said; the shards of a namespace have the same limits, and epochs of their own. */
    public SessionLimits limits() {
        return sessions[0].limits();
    }

    /** See {@link Session#level}. */
    public void level(int required) {
        for (BlockingSession session : sessions) {
            session.level(required);
        }
    }

    /** The session with one of the namespace's shards, numbered as in {@link #route()}. */
    public BlockingSession shard(int shard) {
        return sessions[shard - route.firstShard()];
    }

    private BlockingSession of(Key key) {
        return shard(route.shardOf(key));
    }

    /** A handle of none of the namespace's shards is stale in every one of them, so the first may say so. */
    private BlockingSession of(long handle) {
        int shard = Handle.shard(handle);
        return route.contains(shard) ? shard(shard) : sessions[0];
    }

    @Override
    public int get(long handle, Entry into) {
        return of(handle).get(handle, into);
    }

    @Override
    public int get(long handle, int level, Entry into) {
        return of(handle).get(handle, level, into);
    }

    @Override
    public int get(Key key, Entry into) {
        return of(key).get(key, into);
    }

    @Override
    public int resolve(Key key, boolean create, Entry into) {
        return of(key).resolve(key, create, into);
    }

    @Override
    public int put(long handle, Value value, Entry into) {
        return of(handle).put(handle, value, into);
    }

    @Override
    public int put(Key key, Value value, Entry into) {
        return of(key).put(key, value, into);
    }

    @Override
    public int insert(Key key, Value value, Entry into) {
        return of(key).insert(key, value, into);
    }

    @Override
    public int putIf(long handle, long expectedVersion, Value value, Entry into) {
        return of(handle).putIf(handle, expectedVersion, value, into);
    }

    @Override
    public int putIf(Key key, long expectedVersion, Value value, Entry into) {
        return of(key).putIf(key, expectedVersion, value, into);
    }

    @Override
    public int add(long handle, long delta, Entry into) {
        return of(handle).add(handle, delta, into);
    }

    @Override
    public int add(Key key, long delta, Entry into) {
        return of(key).add(key, delta, into);
    }

    @Override
    public int putFor(long handle, long ttlNs, Value value, Entry into) {
        return of(handle).putFor(handle, ttlNs, value, into);
    }

    @Override
    public int putFor(Key key, long ttlNs, Value value, Entry into) {
        return of(key).putFor(key, ttlNs, value, into);
    }

    @Override
    public int touch(long handle, long ttlNs, Entry into) {
        return of(handle).touch(handle, ttlNs, into);
    }

    @Override
    public int touch(Key key, long ttlNs, Entry into) {
        return of(key).touch(key, ttlNs, into);
    }

    @Override
    public int clear(long handle, Entry into) {
        return of(handle).clear(handle, into);
    }

    @Override
    public int clear(Key key, Entry into) {
        return of(key).clear(key, into);
    }

    @Override
    public int delete(long handle, Entry into) {
        return of(handle).delete(handle, into);
    }

    @Override
    public int delete(Key key, Entry into) {
        return of(key).delete(key, into);
    }

    /** Takes the entry from one shard after the other. */
    @Override
    public int allocate(Entry into) {
        nextAllocation = (nextAllocation + 1) % sessions.length;
        return sessions[nextAllocation].allocate(into);
    }

    /** The handle that a key of an older epoch has now. */
    public int revalidate(long handle, Key key, Entry into) {
        return of(key).revalidate(handle, key, into);
    }

    /** Brings the handles of older epochs back, in place; 0 for a key that is gone. Then adopts the new epoch of every shard. */
    public int revalidate(long[] handles, Key[] keys, Entry scratch) {
        int status = Revalidation.run(this::revalidate, this::epochs, handles, keys, scratch);
        if (status == Status.OK) {
            adoptEpoch();
        }
        return status;
    }

    /** Epochs only rise. */
    private long epochs() {
        long sum = 0;
        for (BlockingSession session : sessions) {
            sum += session.limits().epoch();
        }
        return sum;
    }

    /** From here on handles are taken to be of the epoch that their shard is in now. */
    public void adoptEpoch() {
        for (BlockingSession session : sessions) {
            session.adoptEpoch();
        }
    }

    /** A sign of life of every shard. */
    public int ping() {
        for (BlockingSession session : sessions) {
            int status = session.ping();
            if (status != Status.OK) {
                return status;
            }
        }
        return Status.OK;
    }

    /** All entries whose keys begin with the prefix, shard by shard, up to {@code limit}; the last page's status. */
    public int scan(Key prefix, long limit, BlockingSession.EntryConsumer consumer) {
        long[] left = {limit};
        for (BlockingSession session : sessions) {
            int status = left[0] == 0
                    ? Status.OK
                    : session.scan(prefix, left[0], (key, entry) -> {
                        left[0]--;
                        consumer.accept(key, entry);
                    });
            if (status != Status.OK) {
                return status;
            }
        }
        return Status.OK;
    }

    @Override
    public int get(Batch batch) {
        return runSplit(Kind.GET, batch);
    }

    @Override
    public int resolve(Batch batch, boolean create) {
        return runSplit(create ? Kind.RESOLVE_OR_CREATE : Kind.RESOLVE, batch);
    }

    @Override
    public int put(Batch batch) {
        return runSplit(Kind.PUT, batch);
    }

    private enum Kind {
        GET,
        RESOLVE,
        RESOLVE_OR_CREATE,
        PUT
    }

    private static int run(Kind kind, BlockingSession session, Batch batch) {
        return switch (kind) {
            case GET -> session.get(batch);
            case RESOLVE -> session.resolve(batch, false);
            case RESOLVE_OR_CREATE -> session.resolve(batch, true);
            case PUT -> session.put(batch);
        };
    }

    /** One part for each shard that has any; the first status that is not OK ends it, and is that of all that was not sent. */
    private int runSplit(Kind kind, Batch batch) {
        if (sessions.length == 1 || batch.length() == 0) {
            return run(kind, sessions[0], batch);
        }
        for (int i = 0; i < batch.length(); i++) {
            batch.status(i, route.contains(shardOf(batch, i)) ? Status.UNKNOWN : Status.STALE_HANDLE);
        }
        for (int i = 0; i < sessions.length; i++) {
            int status = runPart(kind, batch, i);
            if (status != Status.OK) {
                refuseFrom(i, batch, status);
                return status;
            }
        }
        return Status.OK;
    }

    /** What a shard never saw is not unknown: it was not done. */
    private void refuseFrom(int index, Batch batch, int status) {
        int first = route.firstShard() + index + (status == Status.UNKNOWN ? 1 : 0);
        for (int i = 0; i < batch.length(); i++) {
            if (shardOf(batch, i) >= first && batch.status(i) == Status.UNKNOWN) {
                batch.status(i, status == Status.UNKNOWN ? Status.NOT_APPLIED : status);
            }
        }
    }

    private int runPart(Kind kind, Batch batch, int index) {
        if (parts[index] == null || parts[index].valueCapacity() < batch.valueCapacity()) {
            parts[index] = new Batch(batch.valueCapacity());
        }
        Batch part = parts[index];
        part.clear();
        for (int i = 0; i < batch.length(); i++) {
            if (shardOf(batch, i) == route.firstShard() + index) {
                places[part.length()] = i;
                addTo(part, batch, i, kind == Kind.PUT);
            }
        }
        int status = part.length() == 0 ? Status.OK : run(kind, sessions[index], part);
        for (int i = 0; i < part.length() && status == Status.OK; i++) {
            copyBack(part, i, batch, places[i], kind == Kind.GET);
        }
        return status;
    }

    private static void addTo(Batch part, Batch batch, int index, boolean withValue) {
        int place = batch.isByKey(index) ? part.add(batch.key(index)) : part.add(batch.handle(index));
        if (withValue) {
            part.entry(place).value().set(batch.entry(index).value());
        }
    }

    private static void copyBack(Batch part, int from, Batch batch, int to, boolean withValue) {
        Entry answer = part.entry(from);
        batch.entry(to).identify(answer.handle(), answer.version());
        batch.entry(to).level(answer.level());
        boolean fits = !withValue
                || batch.entry(to)
                        .value()
                        .set(answer.value().array(), 0, answer.value().length());
        boolean isOk = part.status(from) == Status.OK;
        batch.status(to, isOk && !fits ? Status.VALUE_TOO_LONG : part.status(from));
    }

    private int shardOf(Batch batch, int index) {
        return batch.isByKey(index) ? route.shardOf(batch.key(index)) : Handle.shard(batch.handle(index));
    }

    /** Runs the group in the shard of its entries; refused with SEVERAL_SHARDS when there is more than one. */
    @Override
    public int apply(Group group) {
        Batch batch = group.batch();
        if (batch.length() == 0) {
            return Status.INVALID_REQUEST;
        }
        int shard = shardOf(batch, 0);
        for (int i = 1; i < batch.length(); i++) {
            if (shardOf(batch, i) != shard) {
                batch.statusOfAll(Status.SEVERAL_SHARDS);
                return Status.SEVERAL_SHARDS;
            }
        }
        if (!route.contains(shard)) {
            batch.statusOfAll(Status.STALE_HANDLE);
            return Status.STALE_HANDLE;
        }
        return shard(shard).apply(group);
    }

    @Override
    public void close() {
        closeAll(sessions);
    }

    private static void closeAll(BlockingSession[] sessions) {
        for (BlockingSession session : sessions) {
            if (session != null) {
                session.close();
            }
        }
    }
}
