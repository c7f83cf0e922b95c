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

    /** All of them, oldest first; one that is damaged is a chain of its own, and an increment to it too. */
    static List<SnapshotChain> of(PublishedSnapshots files) throws IOException {
        List<SnapshotChain> chains = new ArrayList<>();
        for (String name : files.names()) {
            try (Snapshot snapshot = Snapshot.open(files, name)) {
                boolean continues = !chains.isEmpty() && snapshot.parentEnd() == chains.getLast().lastEnd;
                SnapshotChain chain = continues ? chains.getLast() : new SnapshotChain();
                chain.add(snapshot);
                if (!continues) {
                    chains.add(chain);
                }
            } catch (SnapshotDamagedException e) {
                SnapshotChain damaged = new SnapshotChain();
                damaged.names.add(name);
                chains.add(damaged);
            }
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
