package io.needletail.registry;

/** Asserts that one thread alone changes a shard. The only place of registry and engine that looks at a thread. */
public final class OwnerCheck {
    private Thread owner;

    /** True, so that it stands in an assert; the first thread that asks becomes the owner. */
    public boolean isOwner() {
        Thread current = Thread.currentThread();
        if (owner == null) {
            owner = current;
        }
        return owner == current;
    }

    /** Gives the shard to the next thread that changes it; the hand-over itself must publish safely. */
    public void release() {
        owner = null;
    }
}
