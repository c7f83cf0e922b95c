package io.needletail.server;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;

/**
 * Turns of Aeron's client, and of a driver that has no thread, for a start that waits for something else: each takes the other for
 * dead when it does not hear of it for ten seconds, and making a large region again from its journal takes longer.
 */
final class AeronUpkeep {
    private final MediaDriver driver;
    private final Aeron aeron;

    /** @param driver null when it is another process's */
    AeronUpkeep(MediaDriver driver, Aeron aeron) {
        this.driver = driver;
        this.aeron = aeron;
    }

    /** By the thread that starts the appliance, before a shard takes both over. */
    void turn() {
        if (driver != null && driver.sharedAgentInvoker() != null) {
            driver.sharedAgentInvoker().invoke();
        }
        aeron.conductorAgentInvoker().invoke();
    }
}
