package io.needletail.replication;

/**
 * Up to which moment, by a mirror's own clock, it has all that its primary had made. The mirror asks by the serial of a report; a control line that
 * answers it was sent behind that report, so where it says that the log ends is behind all that was made before. Once that much is applied the
 * region is as of the moment of the report. Clocks are not compared. For one thread.
 */
final class Freshness {
    private long askedSerial;
    private long askedNs;
    private long awaitedEnd;
    private long awaitedNs;
    private long asOfNs;

    /** Another log, or from the beginning: nothing is known. */
    void forget() {
        asOfNs = 0;
        forgetQuestions();
    }

    /** Another epoch of the log that is had: what was known is true, what was asked for nobody answers. */
    void forgetQuestions() {
        askedSerial = 0;
        awaitedEnd = 0;
    }

    /** A report is on its way. */
    void reported(long serial, long nowNs) {
        if (askedSerial == 0) {
            askedSerial = serial;
            askedNs = nowNs;
        }
    }

    /**
     * A control line has come.
     *
     * @param answered serial of the last report that the primary had when it sent it
     * @param end of its log then
     */
    void heard(long answered, long end) {
        if (askedSerial != 0 && answered >= askedSerial && awaitedEnd == 0) {
            awaitedEnd = end;
            awaitedNs = askedNs;
            askedSerial = 0;
        }
    }

    /** @return whether it is as of a later moment now */
    boolean applied(long position) {
        boolean isThere = awaitedEnd != 0 && position >= awaitedEnd;
        if (isThere) {
            asOfNs = awaitedNs;
            awaitedEnd = 0;
        }
        return isThere;
    }

    /** 0 while it is not known. */
    long asOfNs() {
        return asOfNs;
    }
}
