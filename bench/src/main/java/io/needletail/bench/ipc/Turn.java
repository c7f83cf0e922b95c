package io.needletail.bench.ipc;

import java.io.IOException;

/** What one subject does in a round. */
public interface Turn {
    void warmUp() throws IOException, InterruptedException;

    void play() throws IOException, InterruptedException;

    /** Lets its processes run, which stand still while it is others' turn. */
    default void resume() throws IOException, InterruptedException {}

    /** Makes them stand still. */
    default void pause() throws IOException, InterruptedException {}
}
