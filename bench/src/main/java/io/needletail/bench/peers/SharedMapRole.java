package io.needletail.bench.peers;

import io.needletail.bench.data.SharedChronicleMap;
import io.needletail.bench.process.Coordinator;
import java.io.File;
import java.io.IOException;
import java.util.Map;
import net.openhft.chronicle.map.ChronicleMap;

/** The process that makes the Chronicle Map that another one reads, and holds it open. */
public final class SharedMapRole {
    private SharedMapRole() {}

    public static void run(Map<String, String> settings) throws IOException {
        ChronicleMap<byte[], byte[]> map = SharedChronicleMap.fill(
                new File(settings.get("file")),
                Integer.parseInt(settings.get("entries")),
                Integer.parseInt(settings.get("value")));
        Coordinator.say("ready");
        Coordinator.next(() -> {});
        map.close();
    }
}
