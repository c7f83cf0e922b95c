package io.needletail.bench.limits;

import io.needletail.bench.expiry.Gets;
import io.needletail.client.ClientId;
import io.needletail.client.Session;
import io.needletail.server.Counter;
import io.needletail.server.CountersFile;
import io.needletail.server.limits.Limit;
import io.needletail.server.session.SessionLimit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.agrona.DirectBuffer;

/** An appliance with limits within reach, the session that is measured, and whoever asks for too much. For one thread. */
final class LimitScene implements AutoCloseable {
    private static final long TIMEOUT_NS = 60_000_000_000L;
    private static final int ENTRIES_TOO_MANY = 65;
    private static final int KEY_TOO_LONG = 65;
    private static final int VALUE_TOO_LONG = 1_001;
    private static final int FRAME_TOO_LONG = 8_161;
    private static final int UNREAD = 64;
    /** Room for what is measured; and whoever is not measured says nothing for a while. */
    private static final List<String> EVERYWHERE = List.of("keyed-slots=8192", "liveness-timeout=60s");

    /** What of the table is exhausted together. */
    enum Kind {
        /** Capacities, windows, and places for sessions. */
        CAPACITIES(
                LimitScene::capacities,
                "slab-bytes=4m",
                "anonymous-per-session=4",
                "session-limit=8",
                "slow-reader-timeout=60s"),
        /** Lengths, and what a client does that does not keep to the protocol. */
        MANNERS(
                LimitScene::manners,
                "anonymous-slots=8",
                "max-key-length=64",
                "max-value-length=1000",
                "sessions-per-principal=8"),
        /** Alone, because what was taken is only given back seconds later. */
        CONNECTS(LimitScene::connects),
        /** The same. */
        PUBLICATIONS(LimitScene::publications),
        /** Everybody on the publication that sessions share. */
        SHARED(LimitScene::shared, "slab-bytes=4m", "latency-lanes=0", "session-limit=64", "retry-sessions=4");

        private final Function<LimitScene, List<Excess>> excesses;
        private final List<String> settings = new ArrayList<>(EVERYWHERE);

        Kind(Function<LimitScene, List<Excess>> excesses, String... settings) {
            this.excesses = excesses;
            this.settings.addAll(List.of(settings));
        }

        String[] settings() {
            return settings.toArray(String[]::new);
        }
    }

    private final Path appliance;
    private final Kind kind;
    private final Session session;
    private final Session other;
    private final Neighbour neighbour;
    private final Excess.Counted counted;
    private RudeClient rude;
    private Session repeating;

    LimitScene(Path appliance, Kind kind) throws IOException {
        this.appliance = appliance;
        this.kind = kind;
        counted = new Excess.Counted(CountersFile.open(appliance.resolve("counters")));
        session = Session.connect(appliance, TIMEOUT_NS);
        other = kind == Kind.SHARED
                ? Session.connect(appliance, ClientId.random(), TIMEOUT_NS)
                : Session.connect(appliance, TIMEOUT_NS);
        neighbour = new Neighbour(other);
    }

    Gets gets() {
        Gets gets = new Gets(session);
        gets.fill();
        return gets;
    }

    Neighbour neighbour() {
        return neighbour;
    }

    /** After the measured session has its entries. */
    List<Excess> excesses() {
        return kind.excesses.apply(this);
    }

    private List<Excess> capacities() {
        neighbour.takeAll();
        rude = new RudeClient(appliance);
        repeating = Session.connect(appliance, ClientId.random(), TIMEOUT_NS);
        Neighbour repeater = new Neighbour(repeating);
        repeater.take();
        return List.of(
                counted.byNeighbour(Limit.KEYS, neighbour::put, neighbour::putOneKeyTooMany),
                counted.byNeighbour(Limit.SLAB, neighbour::putLong, neighbour::putWithoutABlock),
                counted.byNeighbour(Limit.ANONYMOUS_PER_SESSION, neighbour::put, neighbour::allocateOneTooMany),
                counted.byNeighbour(Limit.SCANS, neighbour::scanOne, neighbour::scanOneTooMany),
                counted.byNeighbour(Limit.SCAN_PAGE, neighbour::scanOne, neighbour::scanAPage),
                counted.byNeighbour(Limit.LARGE_VALUES, neighbour::getAFewLarge, neighbour::getSeveralLarge),
                windowOf(neighbour, Limit.IN_FLIGHT),
                windowOf(repeater, Limit.REPEATABLE),
                counted.byNeighbour(Limit.UNREAD_ANSWERS, neighbour::getLong, neighbour::readNothing)
                        .provenBy(counted.value(Counter.REPLY_STALLS)),
                places(Limit.SESSIONS, false));
    }

    private Excess windowOf(Neighbour who, Limit limit) {
        return counted.byNeighbour(limit, who::keepTheWindowNearlyFull, who::keepTheWindowFull)
                .provenBy(who::fullWindows);
    }

    private List<Excess> manners() {
        neighbour.take();
        neighbour.allocateAll();
        rude = new RudeClient(appliance);
        RudeClient.Visit visit = rude.connect();
        DirectBuffer get = RudeFrames.get(neighbour.handle(), session.limits().epoch());
        DirectBuffer longKey = RudeFrames.put(KEY_TOO_LONG, 1);
        DirectBuffer longValue = RudeFrames.put(1, VALUE_TOO_LONG);
        DirectBuffer longestValue = RudeFrames.put(1, VALUE_TOO_LONG - 1);
        DirectBuffer frame = RudeFrames.put(1, FRAME_TOO_LONG);
        DirectBuffer batch = RudeFrames.batch(ENTRIES_TOO_MANY);
        return List.of(
                counted.byNeighbour(Limit.ANONYMOUS_ENTRIES, neighbour::put, neighbour::allocateOneTooMany),
                counted.byNeighbour(Limit.KEY_LENGTH, () -> visit.ask(get), () -> visit.ask(longKey)),
                counted.byNeighbour(Limit.VALUE_LENGTH, () -> visit.ask(longestValue), () -> visit.ask(longValue)),
                counted.byStranger(
                        Limit.FRAME, neighbour::get, visitor(false), Stranger.who(() -> rude.sendAlone(frame))),
                counted.byStranger(
                        Limit.BATCH, neighbour::get, visitor(false), Stranger.who(() -> rude.sendAlone(batch))),
                places(Limit.SESSIONS_PER_PRINCIPAL, false));
    }

    private List<Excess> connects() {
        takeAsStrangers();
        return List.of(counted.byStranger(
                Limit.CONNECTS,
                neighbour::get,
                new Stranger(
                        () -> rude.connectToNobody(SessionLimit.CONNECTS / 2),
                        () -> rude.connectToNobody(1),
                        rude::closeSilent),
                new Stranger(
                        () -> rude.connectToNobody(SessionLimit.CONNECTS),
                        () -> rude.connectToNobody(1),
                        rude::closeSilent)));
    }

    private List<Excess> publications() {
        takeAsStrangers();
        return List.of(counted.byStranger(
                Limit.PUBLICATIONS,
                neighbour::get,
                new Stranger(
                        () -> rude.openSilent(SessionLimit.PUBLICATIONS / 2),
                        () -> rude.openSilent(1),
                        rude::closeSilent),
                new Stranger(
                        () -> rude.openSilent(SessionLimit.PUBLICATIONS),
                        () -> rude.openSilent(1),
                        rude::closeSilent)));
    }

    private void takeAsStrangers() {
        neighbour.take();
        rude = new RudeClient(appliance);
    }

    private List<Excess> shared() {
        neighbour.take();
        neighbour.takeLong();
        rude = new RudeClient(appliance);
        DirectBuffer get =
                RudeFrames.get(neighbour.longHandle(), session.limits().epoch());
        return List.of(
                counted.byStranger(
                        Limit.SET_ASIDE,
                        neighbour::get,
                        Stranger.who(() -> visit(get, true)),
                        Stranger.who(() -> visit(get, false))),
                places(Limit.REPEATING_CLIENTS, true));
    }

    private void visit(DirectBuffer request, boolean isReader) {
        Optional<RudeClient.Visit> place = rude.visit(false);
        if (place.isEmpty()) {
            return; // its last visits are not over yet
        }
        try (RudeClient.Visit visit = place.get()) {
            for (int i = 0; i < UNREAD; i++) {
                visit.send(request);
                if (isReader) {
                    visit.read();
                }
            }
        }
    }

    /** Connects and goes; where its own last visit is not over yet it may be refused. */
    private Stranger visitor(boolean repeats) {
        return Stranger.who(() -> rude.visit(repeats).ifPresent(RudeClient.Visit::close));
    }

    /** A guest comes and goes; a stranger wants to as well, once every place was taken. */
    private Excess places(Limit limit, boolean repeats) {
        List<RudeClient.Visit> all = new ArrayList<>();
        Stranger guest = visitor(repeats);
        Stranger stranger = new Stranger(() -> takeAll(all, repeats), guest.attempt(), () -> leave(all));
        return counted.byStranger(limit, neighbour::get, guest, stranger);
    }

    private void takeAll(List<RudeClient.Visit> places, boolean repeats) {
        boolean hasMore = true;
        while (hasMore) {
            Optional<RudeClient.Visit> visit = rude.visit(repeats);
            visit.ifPresent(places::add);
            hasMore = visit.isPresent();
        }
    }

    private static void leave(List<RudeClient.Visit> places) {
        places.forEach(RudeClient.Visit::close);
        places.clear();
    }

    @Override
    public void close() {
        if (repeating != null) {
            repeating.close();
        }
        if (rude != null) {
            rude.close();
        }
        other.close();
        session.close();
    }
}
