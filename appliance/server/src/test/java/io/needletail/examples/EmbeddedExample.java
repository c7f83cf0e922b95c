package io.needletail.examples;

import io.needletail.engine.ShardEngine;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.EntryView;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.RegionSizing;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import io.needletail.server.RegionStore;
import java.io.IOException;
import java.nio.file.Path;

/** The embedded tier: the application is the shard's thread. Other processes may still map the region and read. */
public final class EmbeddedExample {
    private EmbeddedExample() {}

    public static void main(String[] arguments) throws IOException {
        RegionSizing sizing = new RegionSizing(4096, 0, 64, 256, RegionSizing.evenSlab(1 << 20, 256), 4 << 20);
        try (RegionStore region = RegionStore.open(Path.of(arguments[0]), sizing)) {
            ShardEngine shard = region.engine();
            shard.serve();
            Key key = new Key("AAPL:position");
            Value value = new Value(16);
            Entry entry = new Entry(256);
            value.setInline(42, 0, 8);
            shard.put(key, value, entry);
            int status = shard.get(entry.handle(), entry);
            System.out.println(Status.name(status) + " " + entry.value().getLong(0));
            EntryView view = new EntryView(); // nothing is copied: what it shows is the slot, until the next put
            status = shard.get(entry.handle(), view);
            System.out.println(Status.name(status) + " in place " + view.word0() + " v" + view.version());
            shard.retreat();
        }
    }
}
