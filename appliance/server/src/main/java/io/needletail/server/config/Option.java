package io.needletail.server.config;

import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.RetryLayout;
import io.needletail.registry.view.SlabLayout;

/**
 * Every option of the appliance: the one list behind parsing, ranges, the printed configuration, the stored file and the
 * documentation. Values are longs in base units.
 */
public enum Option {
    SHARDS(
            "shards",
            OptionType.COUNT,
            1,
            1,
            Handle.MAX_SHARD + 1,
            true,
            "regions with a thread each; keys are spread over them, capacities are each one's"),
    KEYED_SLOTS(
            "keyed-slots",
            OptionType.COUNT,
            1 << 20,
            1,
            RegionSizing.MAX_SLOTS,
            true,
            "entries with a key, 64 bytes each plus 9.4 of directory"),
    ANONYMOUS_SLOTS(
            "anonymous-slots",
            OptionType.COUNT,
            1 << 16,
            0,
            RegionSizing.MAX_SLOTS,
            true,
            "entries without a key, 32 bytes each"),
    MAX_KEY_LENGTH(
            "max-key-length",
            OptionType.SIZE,
            Key.MAX_LENGTH,
            Bytes.INLINE_LENGTH,
            Key.MAX_LENGTH,
            true,
            "longest key"),
    MAX_VALUE_LENGTH(
            "max-value-length",
            OptionType.SIZE,
            64L << 10,
            Bytes.INLINE_LENGTH,
            SlabLayout.MAX_BLOCK_LENGTH,
            true,
            "longest value; over 7 KiB it travels in chunks"),
    SLAB_BYTES(
            "slab-bytes",
            OptionType.SIZE,
            64L << 20,
            1L << 20,
            1L << 40,
            true,
            "memory for keys and values over 16 bytes, split evenly over the powers of two that they need"),
    RING_BYTES(
            "ring-bytes",
            OptionType.SIZE,
            32L << 20,
            RegionSizing.MIN_RING_LENGTH,
            RegionSizing.MAX_RING_LENGTH,
            true,
            "mutation ring, a power of two; holds the longest stall of a gating consumer"),
    RETRY_SESSIONS(
            "retry-sessions",
            OptionType.COUNT,
            RegionSizing.RETRY_SESSIONS,
            1,
            RetryLayout.MAX_SESSIONS,
            true,
            "clients that may repeat a request after a lost connection without doing it twice"),
    SESSION_LIMIT(
            "session-limit", OptionType.COUNT, 16, 1, 64, false, "sessions at a time; an idle one costs a cycle 5 ns"),
    SESSIONS_PER_PRINCIPAL(
            "sessions-per-principal",
            OptionType.COUNT,
            64,
            1,
            64,
            false,
            "sessions that one principal may have; until they are authenticated that is the client's process"),
    LATENCY_LANES(
            "latency-lanes",
            OptionType.COUNT,
            8,
            0,
            64,
            false,
            "sessions by shared memory that get a publication of their own; those beyond share one"),
    IN_FLIGHT_LIMIT(
            "in-flight-limit",
            OptionType.COUNT,
            128,
            1,
            256,
            false,
            "unanswered requests, kept by a session's client; the appliance bounds the answers left unread"),
    ANONYMOUS_PER_SESSION(
            "anonymous-per-session",
            OptionType.COUNT,
            4096,
            0,
            1 << 16,
            false,
            "entries without a key that a session may have; freed when it ends"),
    JOURNAL(
            "journal",
            OptionType.SWITCH,
            1,
            0,
            1,
            false,
            "keeps every change in files under DIR/journal, from which, and the latest snapshot, a lost region is made again; off where"
                    + " nothing need survive a reboot"),
    JOURNAL_FILE_BYTES(
            "journal-file-bytes",
            OptionType.SIZE,
            64L << 20,
            RegionLayout.RING_SEGMENT_LENGTH,
            1L << 30,
            false,
            "length of a new file of the journal, a multiple of 2 MiB; made ahead, when half of the one before is full"),
    FORCE_INTERVAL(
            "force-interval",
            OptionType.DURATION,
            10_000_000L,
            0,
            10_000_000_000L,
            false,
            "from one force of the journal to the next while no change waits for level SYNCED; longer writes each page less often"),
    SNAPSHOT_INTERVAL(
            "snapshot-interval",
            OptionType.DURATION,
            300_000_000_000L,
            10_000_000L,
            86_400_000_000_000L,
            false,
            "from one snapshot to the next, where there is a journal; an increment most times, two chains of them are kept, and of the journal what is behind the older one"),
    JOURNAL_KEEP_TIME(
            "journal-keep-time",
            OptionType.DURATION,
            0,
            0,
            10L * 365 * 86_400_000_000_000L,
            false,
            "snapshots and the journal behind them are kept for so long, for restore --to; 0s for the two newest chains alone"),
    JOURNAL_KEEP_BYTES(
            "journal-keep-bytes",
            OptionType.SIZE,
            64L << 30,
            0,
            1L << 50,
            false,
            "what is kept for journal-keep-time takes no more than this, a shard; the two newest chains are kept in any case"),
    HELD_ACKNOWLEDGEMENTS(
            "held-acknowledgements",
            OptionType.COUNT,
            8192,
            16,
            1 << 16,
            false,
            "acknowledgements that may wait for a level above memory, for each level; four times what sessions have by default"),
    PERSISTENT_MEMORY(
            "persistent-memory",
            OptionType.PERSISTENT_MEMORY,
            0,
            0,
            2,
            false,
            "regions survive loss of power, and level persistent is offered: dax with region-dir on a DAX file system; emulated does the"
                    + " same anywhere, survives none, and says so"),
    AUDIT(
            "audit",
            OptionType.AUDIT,
            0,
            0,
            2,
            false,
            "every change as a document in Chronicle Queue's format under DIR/audit, by a process of its own; when that falls a ring"
                    + " behind, lossy leaves a gap and gating refuses changes"),
    MEMBER("member", OptionType.COUNT, 0, 0, 15, false, "this appliance's number among those that share a membership"),
    LEAST_MIRRORED(
            "least-mirrored",
            OptionType.COUNT,
            1,
            1,
            8,
            false,
            "the smallest n of level mirrored-n that is offered; a takeover needs so many promises the fewer"),
    MIN_MIRRORS(
            "min-mirrors", OptionType.COUNT, 0, 0, 8, false, "with fewer mirrors that have all, nothing is changed"),
    MIRROR_TIMEOUT(
            "mirror-timeout",
            OptionType.DURATION,
            500_000_000L,
            50_000_000L,
            60_000_000_000L,
            false,
            "a mirror that is silent for longer is dropped, and joins again by itself; shorter than the lease, else nobody is served in between"),
    LIVENESS_TIMEOUT(
            "liveness-timeout",
            OptionType.DURATION,
            2_000_000_000L,
            100_000_000L,
            60_000_000_000L,
            false,
            "a session that is silent for longer is gone"),
    SLOW_READER_TIMEOUT(
            "slow-reader-timeout",
            OptionType.DURATION,
            1_000_000_000L,
            10_000_000L,
            60_000_000_000L,
            false,
            "a session that leaves its answers unread for longer is disconnected"),
    LEASE(
            "lease",
            OptionType.DURATION,
            1_000_000_000L,
            10_000_000L,
            60_000_000_000L,
            false,
            "co-located readers wait this long for a writer that stopped inside a change"),
    LOCK_MEMORY(
            "lock-memory",
            OptionType.SWITCH,
            1,
            0,
            1,
            false,
            "keeps the regions from being swapped out, where the limit of locked memory allows"),
    HUGE_PAGES("huge-pages", OptionType.SWITCH, 1, 0, 1, false, "asks for huge pages behind the regions"),
    WARM_UP(
            "warm-up",
            OptionType.SWITCH,
            1,
            0,
            1,
            false,
            "runs every operation on scratch memory before ready; off is ready seconds sooner, and first messages are slow"),
    SHARD_CORE(
            "shard-core",
            OptionType.CORE,
            -1,
            -1,
            4095,
            false,
            "core the shard's thread is pinned to in profile latency"),
    UDP(
            "udp",
            OptionType.ENDPOINT,
            0,
            0,
            (1L << 48) - 1,
            false,
            "where sessions are also taken by UDP; loopback only, as long as sessions are not authenticated"),
    DRIVER("driver", OptionType.DRIVER, 0, 0, 2, false, "who runs the media driver's conductor"),
    BATCH_SEARCH(
            "batch-search",
            OptionType.BATCH_SEARCH,
            0,
            0,
            3,
            false,
            "how short keys of a batch are searched; auto tries all when it starts");

    private final String key;
    private final OptionType type;
    private final long defaultValue;
    private final long min;
    private final long max;
    private final boolean formatsRegion;
    private final String help;

    Option(String key, OptionType type, long defaultValue, long min, long max, boolean formatsRegion, String help) {
        this.key = key;
        this.type = type;
        this.defaultValue = defaultValue;
        this.min = min;
        this.max = max;
        this.formatsRegion = formatsRegion;
        this.help = help;
    }

    public String key() {
        return key;
    }

    public OptionType type() {
        return type;
    }

    public long defaultValue() {
        return defaultValue;
    }

    public String help() {
        return help;
    }

    /** Fixed when the region is formatted; changing it takes {@code --fresh}. */
    public boolean formatsRegion() {
        return formatsRegion;
    }

    public String format(long value) {
        return type.format(value);
    }

    public String range() {
        return type.format(min) + " to " + type.format(max);
    }

    /** Reads a value; a {@link ConfigurationException} says what is wrong with it. */
    public long parse(String text) {
        long value;
        try {
            value = type.parse(text.strip());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ConfigurationException(key + "=" + text + " is not " + type.unit());
        }
        if (value < min || value > max) {
            throw new ConfigurationException(key + "=" + text + " is out of range: " + range());
        }
        return value;
    }

    public static Option byKey(String key) {
        for (Option option : values()) {
            if (option.key.equals(key)) {
                return option;
            }
        }
        throw new ConfigurationException("no option is named " + key + "; see: needletail config explain");
    }
}
