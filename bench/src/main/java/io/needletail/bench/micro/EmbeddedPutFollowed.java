package io.needletail.bench.micro;

import io.needletail.registry.view.Status;
import java.io.IOException;
import org.openjdk.jmh.annotations.Param;

/** {@link EmbeddedPut} while a consumer on another core reads every record of the ring. */
public class EmbeddedPutFollowed extends EmbeddedPut {
    /** Core of the consumer; -1 leaves it to the scheduler. */
    @Param("-1")
    int consumerCore;

    /** {@code gating} or {@code lossy}. */
    @Param("gating")
    String consumer;

    private RingFollower follower;

    @Override
    void prepare() throws IOException {
        super.prepare();
        follower = RingFollower.attach(engine, consumer, consumerCore);
    }

    /** A consumer that was descheduled holds the ring up; waiting for it is part of what a put costs then. */
    @Override
    int put(long handle) {
        int status = super.put(handle);
        while (status == Status.BACK_PRESSURED) {
            Thread.onSpinWait();
            status = super.put(handle);
        }
        return status;
    }

    @Override
    void dispose() throws IOException {
        follower.close();
        super.dispose();
    }
}
