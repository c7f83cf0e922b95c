package io.needletail.journal;

import io.needletail.journal.snapshot.SnapshotFiles;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Snapshots in memory. A loss of power keeps of a published one what was forced before, and of every sector behind that chance decides; one that
 * was not published is gone.
 */
final class SimSnapshotFiles implements SnapshotFiles {
    private static final int SECTOR = 512;

    private final TreeMap<String, Bytes> published = new TreeMap<>();
    private boolean hasNoRoom;
    private boolean failsForces;
    private Plant plant = Plant.NOTHING;
    private Runnable atEvent = () -> {};
    /** The name that came or went last, while its folder is not forced: after a loss of power it may be there or not. */
    private String unforced;

    private Bytes bytesOfUnforced;

    /** Written and forced bytes of one file. */
    private record Bytes(byte[] live, byte[] durable) {}

    /** Is run before each write and force, and before, within and behind each change of a name: there the power may go. */
    void atEvent(Runnable event) {
        atEvent = event;
    }

    /** What the next start finds. */
    SimSnapshotFiles afterPowerLoss(SplittableRandom random) {
        SimSnapshotFiles image = new SimSnapshotFiles().plant(plant);
        published.forEach((name, bytes) -> image.published.put(name, torn(bytes, random)));
        if (unforced != null) {
            image.published.remove(unforced);
            if (random.nextBoolean()) {
                image.published.put(unforced, torn(bytesOfUnforced, random));
            }
        }
        return image;
    }

    private static Bytes torn(Bytes bytes, SplittableRandom random) {
        byte[] image = Arrays.copyOf(bytes.durable, bytes.live.length);
        for (int at = 0; at < image.length; at += SECTOR) {
            if (random.nextBoolean()) {
                System.arraycopy(bytes.live, at, image, at, Math.min(SECTOR, image.length - at));
            }
        }
        return new Bytes(image, image.clone());
    }

    /** A bug from here on. */
    SimSnapshotFiles plant(Plant bug) {
        plant = bug;
        return this;
    }

    void hasNoRoom(boolean none) {
        hasNoRoom = none;
    }

    void failsForces(boolean fails) {
        failsForces = fails;
    }

    byte[] bytes(String name) {
        return published.get(name).live;
    }

    @Override
    public List<String> names() {
        return List.copyOf(published.keySet());
    }

    @Override
    public Unfinished begin(long lengthBytes) {
        return new Written();
    }

    @Override
    public Stored open(String name) throws IOException {
        if (!published.containsKey(name)) {
            throw new NoSuchFileException(name);
        }
        byte[] bytes = published.get(name).live;
        return new Stored() {
            @Override
            public long lengthBytes() {
                return bytes.length;
            }

            @Override
            public void read(long position, MemorySegment into) throws IOException {
                if (position + into.byteSize() > bytes.length) {
                    throw new IOException("it ends before");
                }
                MemorySegment.copy(MemorySegment.ofArray(bytes), position, into, 0, into.byteSize());
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void delete(String name) {
        if (published.containsKey(name)) {
            change(name, published.get(name), () -> published.remove(name));
        }
    }

    /** As a rename or a delete and the force of the folder behind it. */
    private void change(String name, Bytes bytes, Runnable made) {
        atEvent.run();
        unforced = name;
        bytesOfUnforced = bytes;
        made.run();
        atEvent.run();
        unforced = null;
        atEvent.run();
    }

    private final class Written implements Unfinished {
        private byte[] live = {};
        private byte[] durable = {};

        @Override
        public void write(long position, MemorySegment bytes) throws IOException {
            if (hasNoRoom) {
                throw new IOException("not enough space");
            }
            atEvent.run();
            int end = (int) (position + bytes.byteSize());
            live = end > live.length ? Arrays.copyOf(live, end) : live;
            MemorySegment.copy(bytes, 0, MemorySegment.ofArray(live), position, bytes.byteSize());
        }

        @Override
        public void force() throws IOException {
            if (failsForces) {
                throw new IOException("force failed");
            }
            atEvent.run();
            durable = plant == Plant.SNAPSHOTS_ARE_NAMED_BEFORE_THEY_ARE_FORCED ? durable : live.clone();
        }

        @Override
        public void publish(String name) {
            Bytes bytes = new Bytes(live, durable);
            change(name, bytes, () -> published.put(name, bytes));
        }

        @Override
        public void discard() {
            live = durable;
        }
    }
}
