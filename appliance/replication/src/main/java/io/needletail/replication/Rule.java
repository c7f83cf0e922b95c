package io.needletail.replication;

/** What the protocol stands on, each by a name, so that a test can leave one out and see that it is missed. */
enum Rule {
    /** Only a report counts: a completion says nothing of the other side. */
    REPORTS_COUNT,
    /** A report is taken only when its check is right. */
    REPORTS_ARE_CHECKED,
    /** What is not reported yet is not written over, in the primary's ring nor in the mirror's memory. */
    UNREPORTED_STAYS,
    /** A mirror applies what is committed, and no more. */
    COMMITTED_ONLY,
    /** A mirror says that it has what it validated, not what it may have been sent. */
    REPORTED_WHEN_VALIDATED,
    /** Every epoch has memory of its own, and its number in the seals: neither alone is missed, what lands late needs both to be away. */
    EPOCHS_ARE_APART,
    /** A candidate has the promises it needs. */
    ENOUGH_PROMISES,
    /** Who promised keeps nothing any more of the old epoch. */
    PROMISE_IS_KEPT,
    /** A candidate adopts the highest log. */
    HIGHEST_LOG,
    /** A candidate waits until the old primary's lease has run out. */
    LEASE_IS_AWAITED,
    /** A primary acknowledges only while its lease holds. */
    LEASE_IS_CHECKED,
    /** A mirror is dropped only when those that stay have what is committed. */
    DROPPED_WHEN_COVERED,
    /** A mirror counts when it has all that was copied, committed. */
    COUNTS_WHEN_IN_SYNC,
    /** A mirror that begins anew begins with an empty region. */
    BEGUN_EMPTY,
    /** Who is asked for a promise has the log that it is asked for. */
    PROMISED_BY_WHO_HAS_ALL,
    /** The log is not applied to slots that are still to be copied. */
    COPIED_THEN_APPLIED,
    /** The members have agreed on where the epoch's versions began: none is issued twice. */
    VERSIONS_ARE_AGREED,
    /** A mirror is as of a moment when a line says so that was sent behind it. */
    FRESHNESS_IS_ANSWERED,
    /** A copied slot was the same before and after its key was read. */
    COPIED_BETWEEN_EQUAL_VERSIONS
}
