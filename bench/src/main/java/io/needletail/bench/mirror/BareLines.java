package io.needletail.bench.mirror;

import io.needletail.rdma.CompletionHandler;
import io.needletail.rdma.Endpoint;
import io.needletail.rdma.LibFabric;
import io.needletail.rdma.ReadParts;
import io.needletail.rdma.RegisteredRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The floor: a line of 64 bytes that two processes write into each other's memory, and lines that one reads there, by the C shim and by
 * nothing else. For one thread that spins.
 */
final class BareLines {
    static final int LENGTH = 64;
    private static final int WINDOW = 64;
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    private final LibFabric fabric;
    private final Endpoint endpoint;
    private final RegisteredRegion inbox;
    private final RegisteredRegion outbox;
    private final RegisteredRegion read;
    private final ReadParts halves = new ReadParts();
    private final CompletionHandler handler = this::onCompletion;
    private FabricPlace other;
    private long peer;

    BareLines(LibFabric fabric) {
        this.fabric = fabric;
        endpoint = fabric.endpoint(WINDOW);
        inbox = fabric.ring(LENGTH);
        outbox = fabric.local(Arena.global().allocate(LENGTH, LENGTH));
        read = fabric.scratch(LENGTH);
    }

    /** Where the other side writes to. */
    FabricPlace place() {
        return new FabricPlace(endpoint.address(), inbox.place());
    }

    void connect(FabricPlace newOther) {
        other = newOther;
        peer = endpoint.connect(other.endpoint());
    }

    /** Writes the line, with a number in its first and its last word. */
    void send(long number) {
        MemorySegment line = outbox.memory();
        line.set(ValueLayout.JAVA_LONG, 0, number);
        line.set(ValueLayout.JAVA_LONG, LENGTH - Long.BYTES, number);
        int code = endpoint.write(peer, outbox, 0, LENGTH, other.region(), 0, 0);
        while (code == Endpoint.BUSY) {
            poll();
            code = endpoint.write(peer, outbox, 0, LENGTH, other.region(), 0, 0);
        }
        check(code);
    }

    boolean hasArrived(long number) {
        return (long) WORD.getAcquire(inbox.memory(), 0L) == number
                && (long) WORD.getAcquire(inbox.memory(), (long) LENGTH - Long.BYTES) == number;
    }

    /** Reads 64 bytes of the other's memory; returns when they are here. */
    void read(long offset) {
        read.memory().set(ValueLayout.JAVA_LONG, 0, 0L);
        int code = endpoint.read(peer, read, 0, LENGTH, other.region(), offset, 0);
        while (code == Endpoint.BUSY) {
            poll();
            code = endpoint.read(peer, read, 0, LENGTH, other.region(), offset, 0);
        }
        check(code);
        while (endpoint.inFlight() > 0) {
            poll();
        }
    }

    /** The same bytes as two halves by one operation: providers may have another way for that. */
    void readHalves(long offset) {
        read.memory().set(ValueLayout.JAVA_LONG, 0, 0L);
        halves.clear();
        halves.add(0, offset, LENGTH / 2);
        halves.add(LENGTH / 2, offset + LENGTH / 2, LENGTH / 2);
        int code = endpoint.read(peer, read, other.region(), halves, 0);
        while (code == Endpoint.BUSY) {
            poll();
            code = endpoint.read(peer, read, other.region(), halves, 0);
        }
        check(code);
        while (endpoint.inFlight() > 0) {
            poll();
        }
    }

    boolean readsHalves() {
        return endpoint.mostParts() > 1;
    }

    /** The first word of what was read. */
    long firstWord() {
        return read.memory().get(ValueLayout.JAVA_LONG, 0);
    }

    void poll() {
        check(endpoint.poll(handler, WINDOW));
    }

    private void onCompletion(long context, int code) {
        check(code);
    }

    private void check(int code) {
        if (code != Endpoint.POSTED && code < 0) {
            throw new IllegalStateException(fabric.errorText(code));
        }
    }
}
