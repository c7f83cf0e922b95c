package io.needletail.journal.snapshot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A whole snapshot with its increments. */
final class SnapshotChain {
    private final List<String> names = new ArrayList<>();
    private long lengthBytes;
    private long lastBase;
    private long lastEnd;
    private long lastTimeNs;

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
        lastBase = snapshot.basePosition();
        lastEnd = snapshot.endPosition();
        lastTimeNs = snapshot.timeNs();
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
        return lastBase;
    }

    long lastEnd() {
        return lastEnd;
    }

    long lastTimeNs() {
        return lastTimeNs;
    }
}
