package io.needletail.demo;

import io.needletail.client.BlockingSession;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads the orders that are left back from the appliance, over a session of its own, and writes them in order. */
final class OrderDump {
    private static final long TIMEOUT_NS = 30_000_000_000L;

    private record Row(long id, long price, int size, int side) {}

    private OrderDump() {}

    static void write(Path applianceFolder, String symbol, Path file) throws IOException {
        List<Row> rows = new ArrayList<>();
        String prefix = symbol + ":";
        try (BlockingSession session = BlockingSession.connect(applianceFolder, TIMEOUT_NS)) {
            int status = session.scan(new Key(prefix), Long.MAX_VALUE, (key, entry) -> add(rows, prefix, key, entry));
            if (status != Status.OK) {
                throw new IOException("the scan for the dump answered " + Status.name(status));
            }
        }
        rows.sort(Comparator.comparingLong(Row::id));
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Row row : rows) {
                out.write(row.id + "," + row.price + "," + row.size + "," + row.side + "\n");
            }
        }
    }

    private static void add(List<Row> rows, String prefix, Key key, Entry entry) {
        String rest = key.toUtf8().substring(prefix.length());
        if (!rest.equals("bbo")) {
            rows.add(new Row(
                    Long.parseLong(rest),
                    entry.value().getLong(0),
                    entry.value().getInt(8),
                    entry.value().getByte(12)));
        }
    }
}
