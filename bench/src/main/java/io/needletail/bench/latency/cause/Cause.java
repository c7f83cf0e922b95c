package io.needletail.bench.latency.cause;

/** Why a sample was slow, as far as it can be known. */
public enum Cause {
    SAFEPOINT_CLIENT("safepoint of the client's JVM"),
    SAFEPOINT_SERVER("safepoint of the appliance's JVM"),
    SWITCH_CLIENT("involuntary switch of the client's thread"),
    SWITCH_SERVER("involuntary switch of the shard's thread"),
    FAULT_CLIENT("page fault of the client's thread"),
    FAULT_SERVER("page fault of the shard's thread"),
    HICCUP_CLIENT("hiccup of the client's core: interrupt or hypervisor"),
    HICCUP_SERVER("hiccup of the shard's core: interrupt, hypervisor, or a long duty cycle"),
    BACK_PRESSURE("no room to send: back-pressure or a full window"),
    RETRY("a read taken again because the entry was being written"),
    BACKLOG("queued behind slow ones"),
    UNKNOWN("not known");

    private final String text;

    Cause(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
