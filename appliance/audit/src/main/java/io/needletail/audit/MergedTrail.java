package io.needletail.audit;

import io.needletail.server.cli.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The trails of an appliance's shards as one: the entry with the earliest time next, and of one shard in its own order. For one
 * thread.
 */
final class MergedTrail implements AutoCloseable {
    private final List<TrailReader> readers = new ArrayList<>();
    private final List<TrailEntry> heads = new ArrayList<>();

    MergedTrail(Path dir, EntryFilter filter) throws IOException {
        List<Path> folders = Trail.folders(dir);
        if (folders.isEmpty()) {
            throw new RefusedException("NO_TRAIL: there is no trail in " + dir
                    + "; one is written when the appliance is started with --set audit=lossy or audit=gating");
        }
        for (int shard = 0; shard < folders.size(); shard++) {
            if (filter.takesShard(shard)) {
                readers.add(new TrailReader(folders.get(shard)));
                heads.add(null);
            }
        }
    }

    /** Goes to where at most so many entries of each shard are left. */
    void toLast(int count) {
        readers.forEach(reader -> reader.toLast(count));
    }

    /** The next one, or null when there is none yet. */
    TrailEntry next() {
        int earliest = -1;
        for (int i = 0; i < readers.size(); i++) {
            if (heads.get(i) == null) {
                heads.set(i, readers.get(i).next());
            }
            TrailEntry head = heads.get(i);
            if (head != null
                    && (earliest < 0 || head.timeNs() < heads.get(earliest).timeNs())) {
                earliest = i;
            }
        }
        return earliest < 0 ? null : heads.set(earliest, null);
    }

    @Override
    public void close() {
        readers.forEach(TrailReader::close);
    }
}
