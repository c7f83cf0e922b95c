package io.needletail.server.session;

import io.needletail.client.SessionProtocol;
import io.needletail.protocol.RefusalCode;
import io.needletail.server.Counter;
import io.needletail.server.config.Namespaces;
import io.needletail.server.config.Namespaces.Namespace;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who gets a session: the rules, and who has one or is about to. A place is taken when a connect comes and given back when its
 * session is over, or was never made. For the conductor's thread.
 */
final class Admission {
    private final int sessionLimit;
    private final int principalLimit;
    private final Namespaces namespaces;
    private final AcceptedTemplate accepted;
    private final Map<SessionLane, Place> places = new HashMap<>();

    private record Place(Principal principal, long clientIdHigh, long clientIdLow) {
        /** Whether its session ends when this one begins: a client that repeats requests has one at a time. */
        boolean isReplacedBy(ConnectRequest request) {
            return request.repeats() && clientIdHigh == request.clientIdHigh() && clientIdLow == request.clientIdLow();
        }
    }

    Admission(int sessionLimit, int principalLimit, Namespaces namespaces, AcceptedTemplate accepted) {
        this.sessionLimit = sessionLimit;
        this.principalLimit = principalLimit;
        this.namespaces = namespaces;
        this.accepted = accepted;
    }

    /**
     * Why there is no session.
     *
     * @param counter counts it beside the refusals, or null
     * @param firstShard where to ask instead, with WRONG_SHARD
     */
    record Refusal(RefusalCode code, Counter counter, int firstShard, String text) {
        static Refusal of(RefusalCode code, String text) {
            return new Refusal(code, null, 0, text);
        }
    }

    /** Takes a place, or says why there is none. */
    Optional<Refusal> admit(SessionLane lane, ConnectRequest request) {
        Principal principal = Principal.of(request, lane.image().sourceIdentity());
        Refusal refusal = refusalOf(request, principal);
        if (refusal == null) {
            places.put(lane, new Place(principal, request.clientIdHigh(), request.clientIdLow()));
        }
        return Optional.ofNullable(refusal);
    }

    /** Whoever had no place gives none back. */
    void leave(SessionLane lane) {
        places.remove(lane);
    }

    private Refusal refusalOf(ConnectRequest request, Principal principal) {
        if (request.protocolVersion() != SessionProtocol.VERSION) {
            return Refusal.of(
                    RefusalCode.PROTOCOL_VERSION,
                    "protocol version " + request.protocolVersion() + ", this appliance speaks "
                            + SessionProtocol.VERSION);
        }
        Refusal elsewhere = elsewhere(request);
        if (elsewhere != null) {
            return elsewhere;
        }
        if (takenBesides(request) >= sessionLimit) {
            return Refusal.of(
                    RefusalCode.SESSION_LIMIT,
                    "session-limit=" + sessionLimit + " is reached; raise it with start --set session-limit=N");
        }
        if (placesOf(principal, request) >= principalLimit) {
            return new Refusal(
                    RefusalCode.PRINCIPAL_LIMIT,
                    Counter.PRINCIPAL_LIMIT,
                    0,
                    "process " + principal.pid() + " has sessions-per-principal=" + principalLimit
                            + " sessions; close one, or raise it with start --set sessions-per-principal=N");
        }
        return null;
    }

    /** Found out last, by the shard: a client that is refused for anything else must not take another one's entry. */
    static Refusal noRetryEntry() {
        return Refusal.of(
                RefusalCode.RETRY_TABLE_FULL,
                "retry-sessions clients that repeat requests are connected; raise it and start --fresh");
    }

    private Refusal elsewhere(ConnectRequest request) {
        Optional<Namespace> namespace = namespaces.byName(request.namespace());
        if (namespace.isEmpty()) {
            return Refusal.of(
                    RefusalCode.UNKNOWN_NAMESPACE,
                    "no namespace is named '" + request.namespace() + "'; there is: " + namespaces.names());
        }
        if (!namespace.get().route().contains(accepted.shard())) {
            int first = namespace.get().route().firstShard();
            return new Refusal(RefusalCode.WRONG_SHARD, null, first, "the namespace begins at shard " + first);
        }
        return null;
    }

    private long takenBesides(ConnectRequest request) {
        return places.values().stream()
                .filter(place -> !place.isReplacedBy(request))
                .count();
    }

    private long placesOf(Principal principal, ConnectRequest request) {
        return places.values().stream()
                .filter(place -> place.principal().equals(principal) && !place.isReplacedBy(request))
                .count();
    }
}
