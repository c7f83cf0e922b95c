package io.needletail.journal.snapshot;

import io.needletail.journal.OtherFormat;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import io.needletail.registry.view.RegionLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/** A snapshot that was published, with those that it is an increment to: looked at, checked whole, and put into a region. For one thread. */
public final class Snapshot implements AutoCloseable {
    private final String name;
    private final PublishedSnapshots.Stored file;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment header = arena.allocate(RegionLayout.HEADER_LENGTH, Long.BYTES);
    private final MemorySegment regionHeader = arena.allocate(RegionLayout.HEADER_LENGTH, Long.BYTES);
    private final MemorySegment block = arena.allocate(SnapshotLayout.BLOCK, RegionLayout.PAGE_LENGTH);

    /** Once it was begun, here or on a thread of its own. */
    private SnapshotDigest digest;

    /** What the blocks are of that this one has not; or null. */
    private Snapshot parent;
    /** Of the blocks, once one was asked for. */
    private MemorySegment table;

    private Snapshot(String name, PublishedSnapshots.Stored file) {
        this.name = name;
        this.file = file;
    }

    /** @throws SnapshotDamagedException when its header is not that of a snapshot; its body is looked at by {@link #verify} */
    public static Snapshot open(PublishedSnapshots files, String name) throws IOException {
        Snapshot snapshot = new Snapshot(name, files.open(name));
        try {
            snapshot.readHeader();
            snapshot.openParent(files);
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

    private void openParent(PublishedSnapshots files) throws IOException {
        long parentEnd = parentEnd();
        if (parentEnd == 0) {
            return;
        }
        String parentName = SnapshotLayout.name(parentEnd);
        try {
            parent = open(files, parentName); // ends before this one does: no circle
        } catch (NoSuchFileException e) {
            throw new SnapshotDamagedException(name + ": it is an increment to " + parentName + ", which is missing");
        } catch (SnapshotDamagedException e) {
            throw new SnapshotDamagedException(name + ": it is an increment to one that is damaged: " + e.getMessage());
        }
        boolean isThat = parent.bodyLength() == bodyLength()
                && MessageDigest.isEqual(
                        parent.digestIn(SnapshotLayout.DIGEST_OFFSET), digestIn(SnapshotLayout.PARENT_DIGEST_OFFSET));
        if (!isThat) {
            throw new SnapshotDamagedException(name + ": it is an increment to another " + parentName);
        }
    }

    /** Where the one ends that this one is an increment to; 0 for one that is whole by itself. */
    public long parentEnd() {
        return SnapshotLayout.getLong(header, SnapshotLayout.PARENT_OFFSET);
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
        checkDigest();
    }

    /** Of every file that blocks come from. */
    private void checkDigest() throws IOException {
        if (digest == null) {
            digest = new SnapshotDigest(file);
            digest.run();
        }
        if (!MessageDigest.isEqual(digest.await(), digestIn(SnapshotLayout.DIGEST_OFFSET))) {
            throw new SnapshotDamagedException(name + ": the digest is of something else");
        }
        if (parent != null) {
            parent.checkDigest();
        }
    }

    private byte[] digestIn(int offset) {
        return header.asSlice(offset, SnapshotLayout.DIGEST_LENGTH).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Begins to read it for the digest on a thread of its own: half of what a restore takes, where there is a second core. */
    public void beginDigest() {
        digest = new SnapshotDigest(file);
        digest.start();
        if (parent != null) {
            parent.beginDigest();
        }
    }

    private long bodyLength() {
        return SnapshotLayout.getLong(header, SnapshotLayout.BODY_LENGTH_OFFSET);
    }

    private void readBlock(long index, CRC32C crc) throws IOException {
        readBlock(index, block);
        crc.reset();
        crc.update(block.asByteBuffer());
        if (entry(index, Integer.BYTES) != (int) crc.getValue()) {
            String holder = holderOf(index, (int) crc.getValue());
            throw new SnapshotDamagedException(holder + ": block " + index + " is damaged");
        }
    }

    /** From this file, or from the nearest before it that has the block. */
    private void readBlock(long index, MemorySegment into) throws IOException {
        int number = entry(index, 0);
        if (number < 0 || number > fileBlocks() || number == 0 && parent == null) {
            throw new SnapshotDamagedException(name + ": its table is damaged at block " + index);
        }
        if (number == 0) {
            parent.readBlock(index, into);
        } else {
            file.read(SnapshotLayout.tableOffset(number - 1L), into);
        }
    }

    /** Name of the file that the block comes from, when that one does not know it as it is either; else the table here is damaged. */
    private String holderOf(long index, int crc) throws IOException {
        boolean isHere = entry(index, 0) != 0;
        return isHere || parent.knows(index, crc) ? name : parent.holderOf(index, crc);
    }

    private boolean knows(long index, int crc) throws IOException {
        return entry(index, Integer.BYTES) == crc;
    }

    private int entry(long index, int offset) throws IOException {
        if (table == null) {
            MemorySegment read =
                    arena.allocate(SnapshotLayout.blocks(bodyLength()) * SnapshotLayout.ENTRY_LENGTH, Long.BYTES);
            file.read(SnapshotLayout.tableOffset(fileBlocks()), read);
            table = read;
        }
        return table.get(ValueLayout.JAVA_INT_UNALIGNED, index * SnapshotLayout.ENTRY_LENGTH + offset);
    }

    private long fileBlocks() {
        return SnapshotLayout.getLong(header, SnapshotLayout.BLOCKS_OFFSET);
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
        try {
            file.close();
        } finally {
            if (parent != null) {
                parent.close();
            }
        }
    }
}
