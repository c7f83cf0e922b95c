package io.needletail.rdma.cli;

import io.needletail.rdma.Endpoint;
import io.needletail.rdma.RemoteRegion;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What two sides of a measurement tell one another before it, each checked as it is read: both may be strangers.
 *
 * @param operation that is measured
 * @param provider libfabric's name
 * @param bytes of a message
 * @param rounds how many, those before the clock runs among them
 * @param address of the endpoint
 * @param inbox that the other may write to
 * @param outbox that the other may read
 */
record Terms(
        Operation operation,
        String provider,
        int bytes,
        int rounds,
        byte[] address,
        RemoteRegion inbox,
        RemoteRegion outbox) {
    /** What is measured. */
    enum Operation {
        PING,
        WRITE_LATENCY,
        READ_LATENCY
    }

    static final int MIN_BYTES = 16;
    static final int MAX_BYTES = 1 << 20;
    static final int MAX_ROUNDS = 100_000_000;
    private static final long MAGIC = 0x4E4546424931L;
    private static final int MAX_NAME = 64;

    /** Whether it is about the same, and its memory is as long as a message. */
    boolean isAnswerTo(Terms asked) {
        return operation == asked.operation
                && provider.equals(asked.provider)
                && bytes == asked.bytes
                && rounds == asked.rounds;
    }

    /** A message begins and ends with a word. */
    static boolean isLength(int bytes) {
        return bytes >= MIN_BYTES && bytes <= MAX_BYTES && bytes % Long.BYTES == 0;
    }

    void write(DataOutputStream out) throws IOException {
        byte[] name = provider.getBytes(StandardCharsets.US_ASCII);
        out.writeLong(MAGIC);
        out.writeByte(operation.ordinal());
        out.writeInt(bytes);
        out.writeInt(rounds);
        out.writeByte(name.length);
        out.write(name);
        out.writeShort(address.length);
        out.write(address);
        for (RemoteRegion region : new RemoteRegion[] {inbox, outbox}) {
            out.writeLong(region.address());
            out.writeLong(region.key());
            out.writeLong(region.length());
        }
        out.flush();
    }

    /** @throws IOException also when it is not what another of this version sends */
    static Terms read(DataInputStream in) throws IOException {
        check(in.readLong() == MAGIC, "it is no needletail fabric of this version");
        int operation = in.readUnsignedByte();
        check(operation < Operation.values().length, "operation " + operation);
        int bytes = in.readInt();
        check(isLength(bytes), "bytes " + bytes);
        int rounds = in.readInt();
        check(rounds >= 1 && rounds <= MAX_ROUNDS, "rounds " + rounds);
        String provider = new String(bytes(in, in.readUnsignedByte(), MAX_NAME), StandardCharsets.US_ASCII);
        check(provider.matches("[\\w;-]+"), "provider's name");
        byte[] address = bytes(in, in.readUnsignedShort(), Endpoint.MAX_ADDRESS_LENGTH);
        return new Terms(
                Operation.values()[operation], provider, bytes, rounds, address, region(in, bytes), region(in, bytes));
    }

    private static byte[] bytes(DataInputStream in, int length, int most) throws IOException {
        check(length >= 1 && length <= most, "length " + length);
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private static RemoteRegion region(DataInputStream in, int bytes) throws IOException {
        long address = in.readLong();
        long key = in.readLong();
        long length = in.readLong();
        check(length >= bytes && length <= 2L * MAX_BYTES && address >= 0 && address + length >= 0, "region");
        return new RemoteRegion(address, key, length);
    }

    private static void check(boolean isRight, String what) throws IOException {
        if (!isRight) {
            throw new IOException("what the other side says makes no sense: " + what);
        }
    }
}
