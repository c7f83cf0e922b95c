package io.needletail.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Files in memory. A loss of power keeps what was forced, and of every sector that was written since either the old bytes or the
 * new ones, as chance has it.
 */
final class SimJournalFiles implements JournalFiles {
    private static final int SECTOR = 512;
    private static final int PAGE = 4096;

    private final TreeMap<String, Stored> files = new TreeMap<>();
    private boolean hasNoRoom;
    private boolean failsForces;
    private boolean failsDeletes;
    private Plant plant = Plant.NOTHING;
    private Runnable atEvent = () -> {};

    /** Is run before each name that appears, each force and each delete, and behind a force: there the power may go. */
    void atEvent(Runnable event) {
        atEvent = event;
    }

    /** What the next start finds. */
    SimJournalFiles afterPowerLoss(SplittableRandom random) {
        SimJournalFiles image = new SimJournalFiles().plant(plant);
        files.forEach((name, file) -> image.files.put(name, file.torn(image, random)));
        if (plant == Plant.NAMES_ARE_NOT_FORCED && files.size() > 1) {
            image.files.remove(files.lastKey());
        }
        return image;
    }

    /** The same without a loss: the process was killed, and what it wrote stands. */
    SimJournalFiles afterKill() {
        SimJournalFiles image = new SimJournalFiles();
        files.forEach((name, file) -> image.files.put(name, new Stored(image, name, copy(file.live))));
        return image;
    }

    /** The same when a force had failed: what that covered stands too, and is taken for written. */
    SimJournalFiles afterFailedForce() {
        SimJournalFiles image = new SimJournalFiles();
        files.forEach((name, file) -> {
            Stored kept = new Stored(image, name, copy(file.live), copy(file.durable));
            kept.takenForWritten.or(file.takenForWritten);
            image.files.put(name, kept);
        });
        return image;
    }

    /** Behind a failed force only what is stored to again is written by the next one. */
    void stored(long address, long lengthBytes) {
        files.values().forEach(file -> {
            long offset = address - file.live.address();
            if (offset >= 0 && offset < file.live.byteSize()) {
                file.takenForWritten.clear((int) (offset / PAGE), (int) ((offset + lengthBytes - 1) / PAGE) + 1);
            }
        });
    }

    /** A bug from here on. */
    SimJournalFiles plant(Plant bug) {
        plant = bug;
        return this;
    }

    void hasNoRoom(boolean none) {
        hasNoRoom = none;
    }

    void failsDeletes(boolean fails) {
        failsDeletes = fails;
    }

    void failsForces(boolean fails) {
        failsForces = fails;
    }

    @Override
    public void delete(String name) throws IOException {
        atEvent.run();
        if (failsDeletes) {
            throw new IOException(name + ": cannot be removed");
        }
        files.remove(name);
    }

    MemorySegment bytes(String name) {
        return files.get(name).live;
    }

    @Override
    public List<String> names() {
        return List.copyOf(files.keySet());
    }

    @Override
    public StoredFile create(String name, long lengthBytes, FirstBytes first) throws IOException {
        if (hasNoRoom) {
            throw new IOException("not enough space");
        }
        atEvent.run();
        Stored file = new Stored(this, name, Arena.ofAuto().allocate(lengthBytes, 4096));
        first.write(file.address());
        file.durable.copyFrom(file.live);
        files.put(name, file);
        return file;
    }

    @Override
    public StoredFile open(String name) {
        return files.get(name);
    }

    /** Each with an arena of its own: it goes with the last who looks at it. */
    private static MemorySegment copy(MemorySegment bytes) {
        return Arena.ofAuto().allocate(bytes.byteSize(), 4096).copyFrom(bytes);
    }

    private static final class Stored implements StoredFile {
        private final SimJournalFiles all;
        private final String name;
        private final MemorySegment live;
        private final MemorySegment durable;
        /** Pages that are not on the medium, and that no force brings there. */
        private final BitSet takenForWritten = new BitSet();

        private boolean failed;

        Stored(SimJournalFiles all, String name, MemorySegment live) {
            this(all, name, live, copy(live));
        }

        private Stored(SimJournalFiles all, String name, MemorySegment live, MemorySegment durable) {
            this.all = all;
            this.name = name;
            this.live = live;
            this.durable = durable;
        }

        Stored torn(SimJournalFiles target, SplittableRandom random) {
            if (live.mismatch(durable) < 0) {
                return new Stored(target, name, live, durable); // nothing was on its way
            }
            MemorySegment image = copy(durable);
            for (long at = 0; at < live.byteSize(); at += SECTOR) {
                MemorySegment written = live.asSlice(at, SECTOR);
                boolean isOnItsWay = !takenForWritten.get((int) (at / PAGE));
                if (isOnItsWay && written.mismatch(durable.asSlice(at, SECTOR)) >= 0 && random.nextBoolean()) {
                    image.asSlice(at, SECTOR).copyFrom(written);
                }
            }
            all.plant.read(image);
            return new Stored(target, name, image);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long lengthBytes() {
            return live.byteSize();
        }

        @Override
        public long address() {
            return live.address();
        }

        @Override
        public void force() throws IOException {
            if (all.failsForces || failed) {
                failed = true;
                takeForWritten();
                throw new IOException(name + ": force failed");
            }
            all.atEvent.run();
            MemorySegment before = takenForWritten.isEmpty() ? null : copy(durable);
            all.plant.force(live, durable, all.files.firstKey().equals(name));
            takenForWritten.stream()
                    .forEach(page -> MemorySegment.copy(before, (long) page * PAGE, durable, (long) page * PAGE, PAGE));
            all.atEvent.run();
        }

        private void takeForWritten() {
            for (long at = 0; at < live.byteSize(); at += PAGE) {
                if (live.asSlice(at, PAGE).mismatch(durable.asSlice(at, PAGE)) >= 0) {
                    takenForWritten.set((int) (at / PAGE));
                }
            }
        }

        @Override
        public void close() {}
    }

    /** Turns one bit of a file over. */
    void flip(String name, long offset, int bit) {
        MemorySegment bytes = bytes(name);
        byte before = bytes.get(ValueLayout.JAVA_BYTE, offset);
        bytes.set(ValueLayout.JAVA_BYTE, offset, (byte) (before ^ 1 << bit));
    }
}
