package io.needletail.journal.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A whole snapshot with its increments. */
final class SnapshotChain {
    private final List<String> names = new ArrayList<>();
    /** Of each that is whole: where the log must begin for it, and when it was. */
    private final List<Place> places = new ArrayList<>();

    private long lengthBytes;
    private long lastEnd;

    private record Place(long base, long timeNs) {}

    /**
     * All of them, oldest first. Files that are damaged, or increments to such, are no chain: they go with the one before them, or, in front of
     * all, with the first.
     */
    static List<SnapshotChain> of(PublishedSnapshots files) throws IOException {
        List<SnapshotChain> chains = new ArrayList<>();
        List<String> inFront = new ArrayList<>();
        for (String name : files.names()) {
            try (Snapshot snapshot = Snapshot.open(files, name)) {
                boolean continues = snapshot.parentEnd() != 0
                        && !chains.isEmpty()
                        && snapshot.parentEnd() == chains.getLast().lastEnd;
                if (!continues) {
                    chains.add(new SnapshotChain());
                }
                chains.getLast().add(snapshot);
            } catch (SnapshotDamagedException e) {
                (chains.isEmpty() ? inFront : chains.getLast().names).add(name);
            }
        }
        if (!chains.isEmpty()) {
            chains.getFirst().names.addAll(0, inFront);
        }
        return chains;
    }

    private void add(Snapshot snapshot) {
        names.add(snapshot.name());
        lengthBytes += snapshot.lengthBytes();
        lastEnd = snapshot.endPosition();
        places.add(new Place(snapshot.basePosition(), snapshot.timeNs()));
    }

    /** Increments first: none is ever without what it is one to. */
    void delete(SnapshotFiles files) throws IOException {
        for (String name : names.reversed()) {
            files.delete(name);
        }
    }

    long lengthBytes() {
        return lengthBytes;
    }

    /** Where the log must begin for the last of them. */
    long lastBase() {
        return places.getLast().base();
    }

    /**
     * Where the log may begin so that a time can be restored, the best first: for the latest of them that is not younger, then for those
     * behind it; 0, which is all there is, in front when every one is younger.
     */
    List<Long> basesFor(long timeNs) {
        List<Long> bases = new ArrayList<>(List.of(0L));
        for (Place place : places) {
            if (place.timeNs() <= timeNs) {
                bases.clear();
            }
            bases.add(place.base());
        }
        return bases;
    }

    long lastEnd() {
        return lastEnd;
    }

    long lastTimeNs() {
        return places.getLast().timeNs();
    }
}
