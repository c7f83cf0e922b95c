package io.needletail.server.session;

import io.needletail.client.BlockingSession;
import io.needletail.server.RunningAppliance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How the clients of a test come. */
public enum Way {
    /** By shared memory, each with a publication of its own. */
    IPC,
    /** By shared memory, all on one publication. */
    SHARED,
    UDP;

    RunningAppliance start(String... settings) throws IOException {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(settings());
        return new RunningAppliance(all.toArray(String[]::new));
    }

    /** What an appliance needs to be asked this way. */
    public List<String> settings() throws IOException {
        String lanes = "latency-lanes=" + (this == SHARED ? 0 : 8);
        return this == UDP ? List.of(lanes, RunningAppliance.udpOption()) : List.of(lanes);
    }

    BlockingSession connect(RunningAppliance appliance) {
        return this == UDP ? appliance.connectByUdp() : appliance.connect();
    }
}
