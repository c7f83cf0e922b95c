package io.needletail.server;

import io.needletail.engine.WriteBack;
import org.agrona.concurrent.Agent;

/** Drives the write-back of a region in persistent memory; what is left when the shard has stopped goes with its end. */
record WriteBackAgent(WriteBack writeBack) implements Agent {
    @Override
    public int doWork() {
        return writeBack.doWork();
    }

    @Override
    public void onClose() {
        writeBack.finish();
    }

    @Override
    public String roleName() {
        return WriteBack.NAME;
    }
}
