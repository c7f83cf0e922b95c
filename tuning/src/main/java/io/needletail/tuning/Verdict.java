package io.needletail.tuning;

/** What the audit says of one property of the host. */
public enum Verdict {
    /** As a low-latency host should be. */
    OK,
    /** Costs tail latency; the appliance works. */
    WARN,
    /** The appliance cannot keep its promises, or cannot run, on this host. */
    FAIL
}
