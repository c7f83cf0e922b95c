package io.needletail.rdma.cli;

import io.needletail.rdma.CompletionHandler;
import io.needletail.rdma.Endpoint;
import io.needletail.rdma.FabricException;
import io.needletail.rdma.LibFabric;
import io.needletail.rdma.RegisteredRegion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * One side of a measurement: an endpoint, memory that the other writes to, memory that the other reads. A message begins and ends with
 * its number, and has arrived when both are there: which byte comes first nobody says.
 */
final class FabricSide implements AutoCloseable {
    private static final int WINDOW = 64;
    private static final long PAGE = 4096;

    private final Arena arena = Arena.ofShared();
    private final LibFabric fabric;
    private final Endpoint endpoint;
    private final RegisteredRegion inbox;
    private final RegisteredRegion outbox;
    private final int bytes;
    private final Patience patience;
    private final CompletionHandler handler = this::onCompletion;
    private Terms other;
    private long peer;
    private int lastError;

    /** @param node the local address that the other side reaches, or empty */
    FabricSide(String provider, String node, int bytes, Patience patience) {
        this.bytes = bytes;
        this.patience = patience;
        fabric = LibFabric.open(provider, node);
        endpoint = fabric.endpoint(WINDOW);
        inbox = fabric.ring(bytes);
        outbox = fabric.readable(arena.allocate(2L * bytes, PAGE));
    }

    String provider() {
        return fabric.description().provider();
    }

    Terms terms(Terms.Operation operation, int rounds) {
        return new Terms(operation, provider(), bytes, rounds, endpoint.address(), inbox.place(), outbox.place());
    }

    void connect(Terms terms) {
        other = terms;
        peer = endpoint.connect(terms.address());
    }

    private static void number(MemorySegment message, int bytes, long number) {
        message.set(ValueLayout.JAVA_LONG, 0, number);
        message.set(ValueLayout.JAVA_LONG, bytes - Long.BYTES, number);
    }

    private static boolean hasNumber(MemorySegment message, int bytes, long number) {
        return (long) LatencyRun.ORDERED.getAcquire(message, 0L) == number
                && (long) LatencyRun.ORDERED.getAcquire(message, (long) bytes - Long.BYTES) == number;
    }

    /** What the other side reads. */
    void show(long number) {
        number(outbox.memory(), bytes, number);
    }

    /** Writes a message to the other side's memory. */
    void send(long number) throws IOException {
        number(outbox.memory(), bytes, number);
        long sinceNs = System.nanoTime();
        int code;
        for (long polls = 1;
                (code = endpoint.write(peer, outbox, 0, bytes, other.inbox(), 0, number)) == Endpoint.BUSY;
                polls++) {
            poll();
            patience.look(polls, sinceNs);
        }
        check(code);
    }

    boolean hasArrived(long number) {
        return hasNumber(inbox.memory(), bytes, number);
    }

    /** Reads what the other side shows; the answer is here when nothing is under way any more. */
    void ask(long number) throws IOException {
        long sinceNs = System.nanoTime();
        int code;
        for (long polls = 1;
                (code = endpoint.read(peer, outbox, bytes, bytes, other.outbox(), 0, number)) == Endpoint.BUSY;
                polls++) {
            poll();
            patience.look(polls, sinceNs);
        }
        check(code);
    }

    boolean isAnswered(long number) {
        return endpoint.inFlight() == 0 && hasNumber(outbox.memory().asSlice(bytes), bytes, number);
    }

    void forgetAnswer() {
        number(outbox.memory().asSlice(bytes), bytes, 0);
    }

    boolean isIdle() {
        return endpoint.inFlight() == 0;
    }

    void poll() {
        check(endpoint.poll(handler, WINDOW));
        if (lastError != 0) {
            throw new FabricException("an operation failed: " + fabric.errorText(lastError));
        }
    }

    private void onCompletion(long context, int error) {
        lastError = error == 0 ? lastError : error;
    }

    private void check(int code) {
        if (code < 0) {
            throw new FabricException(fabric.errorText(code));
        }
    }

    /** Until the other side needs nothing of this one any more; an error by then is its leaving, and no fault of this one. */
    void pollToTheEnd() {
        while (!patience.isOver()) {
            endpoint.poll(handler, WINDOW);
        }
    }

    Patience patience() {
        return patience;
    }

    /** Endpoint first, then what it could reach. */
    @Override
    public void close() {
        for (AutoCloseable part : Arrays.asList(endpoint, inbox, outbox, fabric)) {
            try {
                part.close();
            } catch (Exception e) {
                System.err.println("closing: " + e.getMessage());
            }
        }
        // the memory stays: bytes of the other side may be under way
    }
}
