package io.needletail.demo;

import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;

/** Takes every read of the strategy and keeps one row for each run of reads that saw the same. */
final class TopOfBookReads {
    private final TopOfBookLog runs = new TopOfBookLog();
    private long count;
    private long torn;
    private long backwards;
    private long lastCycles;
    private long version = -1;
    private long bid;
    private long ask;
    private int status;

    void add(long beganAtCycles, int readStatus, Entry entry) {
        count++;
        boolean ok = readStatus == Status.OK;
        boolean whole = !ok || entry.value().length() == FeedHandler.TOP_OF_BOOK_LENGTH;
        long readVersion = entry.version();
        long readBid = ok && whole ? entry.value().getLong(0) : 0;
        long readAsk = ok && whole ? entry.value().getLong(8) : 0;
        torn += whole ? 0 : 1;
        if (readVersion == version && readStatus == status) {
            torn += readBid == bid && readAsk == ask ? 0 : 1; // one version, two values
        } else {
            backwards += readVersion < version ? 1 : 0;
            endRun();
            version = readVersion;
            status = readStatus;
            bid = readBid;
            ask = readAsk;
        }
        lastCycles = beganAtCycles;
    }

    /** Notes the run under way; once more after the last read. */
    void endRun() {
        if (version >= 0) {
            runs.add(lastCycles, version, bid, ask, status);
        }
    }

    TopOfBookLog runs() {
        return runs;
    }

    long count() {
        return count;
    }

    long torn() {
        return torn;
    }

    long backwards() {
        return backwards;
    }
}
