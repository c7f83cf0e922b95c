package io.needletail.server;

/** Every counter of the appliance, declared once: id is the ordinal, which is also its place in the mapped file. */
public enum Counter {
    REQUESTS("requests", "requests", "requests dispatched"),
    GETS("gets", "requests", "gets by handle and by key"),
    PUTS("puts", "requests", "puts by handle and by key"),
    INSERTS("inserts", "requests", "inserts"),
    DELETES("deletes", "requests", "deletes by handle and by key"),
    ADDS("adds", "requests", "additions by handle and by key"),
    CLEARS("clears", "requests", "clears by handle and by key"),
    TOUCHES("touches", "requests", "touches by handle and by key"),
    ALLOCATIONS("allocations", "requests", "anonymous entries asked for"),
    RESOLVES("resolves", "requests", "resolves and revalidations"),
    LARGE_GETS("large-gets", "requests", "gets whose value went in chunks; they count as gets too"),
    LARGE_PUTS("large-puts", "requests", "puts whose value came in chunks; they count as puts or inserts too"),
    BATCHES("batches", "requests", "batches; their entries count as gets, puts or resolves too"),
    GROUPS("groups", "requests", "groups of changes"),
    REPEATED("repeated", "requests", "repeated requests that were decided before and not done again"),
    SCANS("scans", "requests", "scan pages asked for"),
    MISSES("misses", "requests", "answered NOT_FOUND or ABSENT"),
    STALE_HANDLES("stale-handles", "requests", "answered STALE_HANDLE"),
    EPOCH_CHANGED("epoch-changed", "requests", "answered EPOCH_CHANGED"),
    TOO_LONG("too-long", "requests", "answered KEY_TOO_LONG or VALUE_TOO_LONG"),
    VERSION_CONFLICTS("version-conflicts", "requests", "answered VERSION_CONFLICT: the entry had another version"),
    ANONYMOUS_LIMIT("anonymous-limit", "requests", "answered ANONYMOUS_LIMIT: raise anonymous-per-session"),
    SLOTS_FULL("slots-full", "requests", "answered SLOTS_FULL: all keyed slots are in use"),
    DIRECTORY_FULL("directory-full", "requests", "answered DIRECTORY_FULL: no lane for the key was found"),
    SLAB_FULL("slab-full", "requests", "answered SLAB_FULL: no block of the size is free"),
    BACK_PRESSURED("back-pressured", "requests", "answered BACK_PRESSURED: a gating consumer stalls"),
    LEVEL_WAITS("level-waits", "requests", "changes whose answer waited for a level above memory"),
    LEVEL_UNAVAILABLE("level-unavailable", "requests", "answered LEVEL_UNAVAILABLE: the level is not offered"),
    SCANNER_BUSY("scanner-busy", "requests", "answered SCANNER_BUSY: the session has too many scans waiting"),
    OTHER_REFUSALS("other-refusals", "requests", "answered anything else but OK"),
    SESSIONS("sessions", "sessions", "open now"),
    SESSIONS_ACCEPTED("sessions-accepted", "sessions", "accepted since start"),
    SESSIONS_REFUSED("sessions-refused", "sessions", "refused since start"),
    PRINCIPAL_LIMIT(
            "principal-limit", "sessions", "refused because their process had sessions-per-principal; raise it"),
    SESSIONS_CLOSED("sessions-closed", "sessions", "ended since start, for whatever reason"),
    MALFORMED_FRAMES(
            "malformed-frames", "frames", "lanes closed for a frame that failed validation or came before a connect"),
    STRAY_FRAMES("stray-frames", "frames", "came on the shared publication for no session, or for one that had ended"),
    SHARED_UNBLOCKED(
            "shared-unblocked", "messages", "begun on the shared publication by clients that died, and taken away"),
    LIVENESS_TIMEOUTS("liveness-timeouts", "sessions", "closed for silence"),
    SLOW_READERS("slow-readers", "sessions", "closed for leaving answers unread"),
    LANES_REFUSED("lanes-refused", "publications", "clients' publications beyond the most that are looked at"),
    MAILBOX_FULL("mailbox-full", "notes", "had to wait at the conductor because the shard had too many to read"),
    REPLY_STALLS("reply-stalls", "stalls", "times a session had to wait for room on its reply stream"),
    PERSISTENT_MEMORY(
            "persistent-memory", "kind", "of the region: 0 none, 1 on DAX, 2 EMULATED: no loss of power is survived"),
    ENTRIES("entries", "entries", "keys in the directory now"),
    FREE_SLOTS("free-slots", "slots", "keyed slots free now"),
    FREE_BLOCKS("free-blocks", "blocks", "slab blocks free now"),
    EXPIRATIONS("expirations", "entries", "freed for their deadline since start"),
    MAX_EXPIRY_LAG_NS("max-expiry-lag", "ns", "longest that an entry was still there after its deadline, since start"),
    SEQUENCE("sequence", "mutations", "sequence of the last mutation"),
    RING_POSITION("ring-position", "bytes", "appended to the mutation ring since the region was formatted"),
    EPOCH("epoch", "epochs", "the region's epoch"),
    MIRRORS("mirrors", "mirrors", "that have all that was acknowledged"),
    MIRROR_LAG("mirror-lag", "mutations", "made, which the slowest of them has not said it has"),
    MIRROR_LAG_NS(
            "mirror-lag-time", "ns", "that the slowest of them takes to say it has something, 0 while all have all"),
    MIRRORS_DROPPED(
            "mirrors-dropped", "mirrors", "since start: not heard within mirror-timeout, kept nothing, or began anew"),
    MAX_CYCLE_NS("max-cycle", "ns", "longest duty cycle of the shard since start"),
    SHARD_ALLOCATED("shard-allocated", "bytes", "heap bytes the shard's thread allocated since start; stands still"),
    STALLS("stalls", "stalls", "duty cycles over 10 us since start; the file stalls names the latest"),
    LOG_LINES_LOST("log-lines-lost", "lines", "not written to the log: a full disk, or too many in a second"),
    ERRORS("errors", "errors", "unexpected errors; see: needletail errors");

    private final String label;
    private final String unit;
    private final String help;

    Counter(String label, String unit, String help) {
        this.label = label;
        this.unit = unit;
        this.help = help;
    }

    /** Whether it goes up and down or is a high-water mark: its value counts, not how fast it grows. */
    public boolean isGauge() {
        return switch (this) {
            case SESSIONS,
                    ENTRIES,
                    FREE_SLOTS,
                    FREE_BLOCKS,
                    EPOCH,
                    MIRRORS,
                    MIRROR_LAG,
                    MIRROR_LAG_NS,
                    MAX_CYCLE_NS,
                    MAX_EXPIRY_LAG_NS,
                    PERSISTENT_MEMORY -> true;
            default -> false;
        };
    }

    /** Whether the shards' values add up; else the largest counts. */
    public boolean isSummed() {
        return switch (this) {
            case EPOCH,
                    SEQUENCE,
                    MIRRORS,
                    MIRROR_LAG_NS,
                    LOG_LINES_LOST,
                    MAX_CYCLE_NS,
                    MAX_EXPIRY_LAG_NS,
                    PERSISTENT_MEMORY -> false;
            default -> true;
        };
    }

    /** Whether the shards' smallest counts: a shard with fewer is what an operator must see. */
    public boolean isSmallest() {
        return this == MIRRORS;
    }

    public String label() {
        return label;
    }

    public String unit() {
        return unit;
    }

    public String help() {
        return help;
    }
}
