package io.needletail.server.limits;

import static io.needletail.server.limits.Beyond.answered;
import static io.needletail.server.limits.Beyond.closed;
import static io.needletail.server.limits.Beyond.ignored;
import static io.needletail.server.limits.Beyond.notSent;
import static io.needletail.server.limits.Beyond.refused;

import io.needletail.client.SessionProtocol;
import io.needletail.protocol.CloseReason;
import io.needletail.protocol.RefusalCode;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RetryLayout;
import io.needletail.registry.view.Status;
import io.needletail.server.Counter;
import io.needletail.server.EventLog;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.Option;
import io.needletail.server.session.SessionLimit;

/**
 * Everything that can run out, declared once: how much there is, what becomes of whoever asks for more, and where that is
 * counted. A limit is a shard's unless it says whose it is. The documentation's table is generated from here; a test exhausts
 * every one while another session goes on.
 */
public enum Limit {
    SESSIONS("sessions", Option.SESSION_LIMIT, refused(RefusalCode.SESSION_LIMIT), Counter.SESSIONS_REFUSED),
    SESSIONS_PER_PRINCIPAL(
            "sessions of a principal",
            Option.SESSIONS_PER_PRINCIPAL,
            refused(RefusalCode.PRINCIPAL_LIMIT),
            Counter.PRINCIPAL_LIMIT),
    REPEATING_CLIENTS(
            "clients that repeat requests",
            Option.RETRY_SESSIONS,
            refused(RefusalCode.RETRY_TABLE_FULL),
            Counter.SESSIONS_REFUSED),
    CONNECTS("connects under way", SessionLimit.CONNECTS, ignored(), Counter.SESSIONS_REFUSED),
    PUBLICATIONS("publications of clients", SessionLimit.PUBLICATIONS, ignored(), Counter.LANES_REFUSED),
    MAILBOX("notes from the conductor to the shard", SessionLimit.MAILBOX, Beyond.waits(), Counter.MAILBOX_FULL),
    IN_FLIGHT("unanswered requests of a session", Option.IN_FLIGHT_LIMIT, notSent("WINDOW_FULL"), null),
    REPEATABLE("unanswered requests of a client that repeats them", RetryLayout.WINDOW, notSent("WINDOW_FULL"), null),
    SET_ASIDE(
            "requests of a shared session that wait for room",
            SessionLimit.SHARED_IN_FLIGHT,
            closed(CloseReason.SLOW_READER),
            Counter.SLOW_READERS),
    UNREAD_ANSWERS(
            "bytes of answers that a session has not read",
            SessionProtocol.TERM_LENGTH / 2,
            closed(CloseReason.SLOW_READER),
            Counter.SLOW_READERS),
    FRAME(
            "bytes of a message",
            SessionProtocol.MAX_FRAME_LENGTH,
            closed(CloseReason.MALFORMED_FRAME),
            Counter.MALFORMED_FRAMES),
    BATCH(
            "entries of a batch or a group",
            Batch.MAX_LENGTH,
            closed(CloseReason.MALFORMED_FRAME),
            Counter.MALFORMED_FRAMES),
    SCANS("scans of a session that wait", SessionLimit.SCANS, answered(Status.SCANNER_BUSY), Counter.SCANNER_BUSY),
    SCAN_PAGE("bytes of a scan page", SessionProtocol.MAX_FRAME_LENGTH, Beyond.goesOn(), Counter.SCANS),
    LARGE_VALUES(
            "gets of a session that wait for a value over a message",
            SessionLimit.LARGE_VALUES,
            Beyond.waits(),
            Counter.REPLY_STALLS),
    KEY_LENGTH("bytes of a key", Option.MAX_KEY_LENGTH, answered(Status.KEY_TOO_LONG), Counter.TOO_LONG),
    VALUE_LENGTH("bytes of a value", Option.MAX_VALUE_LENGTH, answered(Status.VALUE_TOO_LONG), Counter.TOO_LONG),
    KEYS("keys", Option.KEYED_SLOTS, answered(Status.SLOTS_FULL), Counter.SLOTS_FULL),
    DIRECTORY(
            "keys with one pair of buckets",
            2 * RegionLayout.BUCKET_LANES,
            answered(Status.DIRECTORY_FULL),
            Counter.DIRECTORY_FULL),
    SLAB("bytes for keys and values over 16 bytes", Option.SLAB_BYTES, answered(Status.SLAB_FULL), Counter.SLAB_FULL),
    ANONYMOUS_ENTRIES("entries without a key", Option.ANONYMOUS_SLOTS, answered(Status.SLOTS_FULL), Counter.SLOTS_FULL),
    ANONYMOUS_PER_SESSION(
            "entries without a key of a session",
            Option.ANONYMOUS_PER_SESSION,
            answered(Status.ANONYMOUS_LIMIT),
            Counter.ANONYMOUS_LIMIT),
    RING(
            "bytes of the log that a gating consumer has not read",
            Option.RING_BYTES,
            answered(Status.BACK_PRESSURED),
            Counter.BACK_PRESSURED),
    ACKNOWLEDGEMENTS(
            "acknowledgements that wait for a level",
            Option.HELD_ACKNOWLEDGEMENTS,
            answered(Status.BACK_PRESSURED),
            Counter.BACK_PRESSURED),
    CONSUMERS("subscriptions to the log", RegionLayout.MAX_CONSUMERS, notSent("ConsumersFullException"), null),
    LOG_LINES(
            "lines of the appliance's log in a second",
            EventLog.MAX_LINES_A_SECOND,
            Beyond.leftOut(),
            Counter.LOG_LINES_LOST);

    private final String what;
    private final Option option;
    private final long fixed;
    private final Beyond beyond;
    private final Counter counter;

    /** One that an option sets. */
    Limit(String what, Option option, Beyond beyond, Counter counter) {
        this(what, option, 0, beyond, counter);
    }

    /** One that nothing changes. */
    Limit(String what, long fixed, Beyond beyond, Counter counter) {
        this(what, null, fixed, beyond, counter);
    }

    Limit(String what, Option option, long fixed, Beyond beyond, Counter counter) {
        this.what = what;
        this.option = option;
        this.fixed = fixed;
        this.beyond = beyond;
        this.counter = counter;
    }

    /** Of what there is only so much. */
    public String what() {
        return what;
    }

    /** How much, as people write it. */
    public String value(Configuration configuration) {
        return option == null ? Long.toString(fixed) : option.format(configuration.get(option));
    }

    /** The option that raises it, or {@code fixed}. */
    public String setBy() {
        return option == null ? "fixed" : option.key();
    }

    public Beyond beyond() {
        return beyond;
    }

    /** What goes up when it is reached, or null when it is kept by whoever asks, who counts it. */
    public Counter counter() {
        return counter;
    }

    /** The counter's label, or the method that answers what the asker has counted. */
    public String countedBy() {
        return switch (this) {
            case IN_FLIGHT, REPEATABLE -> "Session.windowsFull()";
            case CONSUMERS -> "MutationLog.consumersRefused()";
            default -> counter.label();
        };
    }
}
