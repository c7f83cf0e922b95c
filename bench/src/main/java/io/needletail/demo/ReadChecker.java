package io.needletail.demo;

import io.needletail.registry.view.Status;
import org.agrona.collections.Long2LongHashMap;

/**
 * Compares what the strategy saw with what the feed handler was told. A run of reads that all saw one version is judged by
 * its last read, which began latest: acknowledgements only accumulate, so if it is not stale none before it is.
 */
final class ReadChecker {
    private long torn;
    private long stale;

    void check(TopOfBookLog acknowledged, TopOfBookLog seen) {
        Long2LongHashMap rowOfVersion = new Long2LongHashMap(-1);
        for (int row = 0; row < acknowledged.rows(); row++) {
            rowOfVersion.put(acknowledged.version(row), row);
        }
        int acknowledgements = 0;
        long acknowledgedVersion = 0;
        for (int run = 0; run < seen.rows(); run++) {
            while (acknowledgements < acknowledged.rows() && acknowledged.cycles(acknowledgements) < seen.cycles(run)) {
                acknowledgedVersion = Math.max(acknowledgedVersion, acknowledged.version(acknowledgements++));
            }
            boolean readable = seen.status(run) == Status.OK || seen.status(run) == Status.ABSENT;
            if (!readable || seen.version(run) < acknowledgedVersion) {
                stale++;
            }
            if (seen.status(run) == Status.OK && !wasWritten(acknowledged, seen, run, rowOfVersion)) {
                torn++;
            }
        }
    }

    private static boolean wasWritten(
            TopOfBookLog acknowledged, TopOfBookLog seen, int run, Long2LongHashMap rowOfVersion) {
        int row = (int) rowOfVersion.get(seen.version(run));
        return row >= 0 && acknowledged.bid(row) == seen.bid(run) && acknowledged.ask(row) == seen.ask(run);
    }

    /** Runs whose bytes were never written together. */
    long torn() {
        return torn;
    }

    /** Runs that showed less than what was acknowledged before, or something else than the entry. */
    long stale() {
        return stale;
    }
}
