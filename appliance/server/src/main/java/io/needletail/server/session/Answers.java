package io.needletail.server.session;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Level;
import io.needletail.registry.view.Status;
import io.needletail.server.Counter;

/** Answers single requests and counts them, on the shard's thread. */
final class Answers {
    private final ShardEngine engine;
    private final ShardCounters counters;
    private final ReplyWriter reply;
    private final Acknowledgements acknowledgements;

    Answers(ShardEngine engine, ShardCounters counters, ReplyWriter reply, Acknowledgements acknowledgements) {
        this.acknowledgements = acknowledgements;
        this.engine = engine;
        this.counters = counters;
        this.reply = reply;
    }

    /** False when a read must be taken again because its answer has no room. */
    boolean read(SessionLane lane, long correlationId, int status, Entry entry) {
        if (status != Status.OK && status != Status.NOT_YET) { // that names the version
            entry.clear();
        }
        return count(reply.result(lane.replies(), correlationId, status, entry), status);
    }

    /** The same for what a get by handle found, whose asker knows the handle. */
    boolean found(SessionLane lane, long correlationId, Entry entry) {
        return count(reply.found(lane.replies(), correlationId, entry), Status.OK);
    }

    private boolean count(boolean isWritten, int status) {
        if (isWritten) {
            counters.add(Counter.GETS);
            counters.addOutcome(status);
        }
        return isWritten;
    }

    /** Answers what belongs to another shard, whatever was asked; false when there is no room. */
    boolean misrouted(SessionLane lane, long correlationId, Entry entry) {
        entry.clear();
        boolean written = reply.result(lane.replies(), correlationId, Status.WRONG_SHARD, entry);
        if (written) {
            counters.addOutcome(Status.WRONG_SHARD);
        }
        return written;
    }

    /** Answers a change, at once; that there is room was asked before it was made. */
    boolean change(SessionLane lane, long correlationId, int status, Entry entry, Counter counter) {
        return change(lane, correlationId, status, entry, counter, Level.MEMORY);
    }

    /** The same when it has reached a level; that this level can be waited for was asked before too. */
    boolean change(SessionLane lane, long correlationId, int status, Entry entry, Counter counter, int level) {
        assert lane.isOpen() : "an answer without a session";
        counters.add(counter);
        counters.addOutcome(status);
        if (status != Status.OK && status != Status.VERSION_CONFLICT) { // a conflict names the version there is
            entry.clear();
            explain(status, entry);
        }
        return write(lane, correlationId, status, entry, level);
    }

    /** Answers a change that is not made because its answer could not wait for the level; there is room. */
    boolean cannotWait(SessionLane lane, long correlationId, int fault, int level, Entry entry) {
        counters.addOutcome(fault);
        entry.clear();
        byte[] why = Acknowledgements.why(fault, level);
        entry.value().set(why, 0, why.length);
        return write(lane, correlationId, fault, entry, Level.MEMORY);
    }

    /** Answers a request that was decided before; there is room. */
    boolean repeated(SessionLane lane, long correlationId, int status, Entry entry, int level) {
        counters.add(Counter.REPEATED);
        return write(lane, correlationId, status, entry, level);
    }

    /** Only what was done waits for a level: a refusal has none to reach. */
    private boolean write(SessionLane lane, long correlationId, int status, Entry entry, int level) {
        int waitsFor = acknowledgements.waitsFor(status, level);
        boolean waits = waitsFor != Level.MEMORY;
        ReplyWriter writer = waits ? acknowledgements.hold(lane, waitsFor, correlationId) : reply;
        int reached = waits ? waitsFor : acknowledgements.reached(status, level);
        boolean written = writer.result(lane.replies(), correlationId, status, entry, reached);
        assert written : "no room after the reserve was checked";
        return true;
    }

    /** A refusal names what stalls; nothing else needs words beyond its status. */
    private void explain(int status, Entry entry) {
        byte[] consumer = status == Status.BACK_PRESSURED ? engine.log().stalledConsumer() : null;
        if (consumer != null && consumer.length <= entry.value().capacity()) {
            entry.value().set(consumer, 0, consumer.length);
        }
    }
}
