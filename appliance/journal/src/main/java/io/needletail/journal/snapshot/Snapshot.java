package io.needletail.journal.snapshot;

import io.needletail.journal.OtherFormat;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/** A snapshot that was published: looked at, checked whole, and put into a region. For one thread. */
public final class Snapshot implements AutoCloseable {
    private final String name;
    private final PublishedSnapshots.Stored file;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment header = arena.allocate(RegionLayout.HEADER_LENGTH, Long.BYTES);
    private final MemorySegment regionHeader = arena.allocate(RegionLayout.HEADER_LENGTH, Long.BYTES);
    private final MemorySegment block = arena.allocate(SnapshotLayout.BLOCK, RegionLayout.PAGE_LENGTH);

    /** Once it was begun, here or on a thread of its own. */
    private SnapshotDigest digest;

    private Snapshot(String name, PublishedSnapshots.Stored file) {
        this.name = name;
        this.file = file;
    }

    /** @throws SnapshotDamagedException when its header is not that of a snapshot; its body is looked at by {@link #verify} */
    public static Snapshot open(PublishedSnapshots files, String name) throws IOException {
        Snapshot snapshot = new Snapshot(name, files.open(name));
        try {
            snapshot.readHeader();
        } catch (IOException | RuntimeException e) {
            snapshot.close();
            throw e;
        }
        return snapshot;
    }

    private void readHeader() throws IOException {
        if (file.lengthBytes() < SnapshotLayout.BODY_OFFSET) {
            throw new SnapshotDamagedException(name + ": too short for a snapshot");
        }
        file.read(0, header);
        if (SnapshotLayout.isOfAnotherFormat(header)) {
            long format = SnapshotLayout.getLong(header, 8);
            throw new SnapshotDamagedException(OtherFormat.explain(name, format, SnapshotLayout.FORMAT));
        }
        if (!SnapshotLayout.isHeader(header, file.lengthBytes())) {
            throw new SnapshotDamagedException(name + ": its header is damaged, or it is no snapshot");
        }
        file.read(SnapshotLayout.REGION_HEADER_OFFSET, regionHeader);
        RegionFault fault = RegionHeader.validatePage(regionHeader);
        if (fault != RegionFault.NONE) {
            throw new SnapshotDamagedException(name + ": the region's header in it: " + fault.what());
        }
    }

    public String name() {
        return name;
    }

    /** Where the log must begin that is applied to it: at this position or before. */
    public long basePosition() {
        return SnapshotLayout.getLong(header, SnapshotLayout.BASE_OFFSET);
    }

    /** How far the log must reach at least. */
    public long endPosition() {
        return SnapshotLayout.getLong(header, SnapshotLayout.END_OFFSET);
    }

    /** No entry in it has a later version. */
    public long sequence() {
        return SnapshotLayout.getLong(header, SnapshotLayout.SEQUENCE_OFFSET);
    }

    /** No time in it is later, in ns since 1970. */
    public long timeNs() {
        return SnapshotLayout.getLong(header, SnapshotLayout.TIME_OFFSET);
    }

    /** Of the region that it was taken of. */
    public MemorySegment regionHeader() {
        return regionHeader;
    }

    public long lengthBytes() {
        return file.lengthBytes();
    }

    /**
     * Reads all of it.
     *
     * @param progress is told how many bytes were read, now and then
     * @throws SnapshotDamagedException when a bit of it is not what was published
     */
    public void verify(LongConsumer progress) throws IOException {
        read((offset, bytes) -> progress.accept(offset + SnapshotLayout.BLOCK));
    }

    /** Is given each block, whole and checked by itself. */
    @FunctionalInterface
    private interface BlockTaker {
        void take(long offset, MemorySegment block);
    }

    private void read(BlockTaker taker) throws IOException {
        CRC32C crc = new CRC32C();
        for (long i = 0; i < SnapshotLayout.blocks(bodyLength()); i++) {
            readBlock(i, crc);
            taker.take(i * SnapshotLayout.BLOCK, block);
        }
        if (digest == null) {
            digest = new SnapshotDigest(file, bodyLength());
            digest.run();
        }
        byte[] expected = header.asSlice(SnapshotLayout.DIGEST_OFFSET, SnapshotLayout.DIGEST_LENGTH)
                .toArray(ValueLayout.JAVA_BYTE);
        if (!MessageDigest.isEqual(digest.await(), expected)) {
            throw new SnapshotDamagedException(name + ": the digest is of something else");
        }
    }

    /** Begins to read it for the digest on a thread of its own: half of what a restore takes, where there is a second core. */
    public void beginDigest() {
        digest = new SnapshotDigest(file, bodyLength());
        digest.start();
    }

    private long bodyLength() {
        return SnapshotLayout.getLong(header, SnapshotLayout.BODY_LENGTH_OFFSET);
    }

    private void readBlock(long index, CRC32C crc) throws IOException {
        file.read(SnapshotLayout.BODY_OFFSET + index * SnapshotLayout.BLOCK, block);
        crc.reset();
        crc.update(block.asByteBuffer());
        if (readCrc(index).get(ValueLayout.JAVA_INT_UNALIGNED, 0) != (int) crc.getValue()) {
            throw new SnapshotDamagedException(name + ": block " + index + " is damaged");
        }
    }

    private MemorySegment readCrc(long index) throws IOException {
        MemorySegment entry = header.asSlice(SnapshotLayout.SEAL_OFFSET + Integer.BYTES, Integer.BYTES); // scratch
        file.read(SnapshotLayout.tableOffset(bodyLength()) + index * Integer.BYTES, entry);
        return entry;
    }

    /**
     * Puts its body into a region that was formatted with its header and has nothing else in it, and checks all of it on the way.
     *
     * @throws SnapshotDamagedException when a bit of it is not what was published: the region is worth nothing then
     */
    public void restoreInto(MemorySegment region) throws IOException {
        RegionBody body = new RegionBody(region);
        if (body.length() != bodyLength()) {
            throw new SnapshotDamagedException(name + ": it is of a region with other capacities");
        }
        try {
            read((offset, bytes) ->
                    body.restore(offset, Math.min(SnapshotLayout.BLOCK, body.length() - offset), bytes.address()));
        } catch (IOException e) {
            throw SnapshotDamagedException.of(name, e); // one that cannot be read is no better
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    @Override
    public void close() throws IOException {
        if (digest != null) {
            digest.stop();
        }
        arena.close();
        file.close();
    }
}
