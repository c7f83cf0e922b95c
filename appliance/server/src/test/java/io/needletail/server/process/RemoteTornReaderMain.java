package io.needletail.server.process;

import io.needletail.client.RemotePlace;
import io.needletail.client.remote.RemoteReader;
import io.needletail.rdma.RemoteRegion;
import io.needletail.registry.view.Batch;
import io.needletail.registry.view.Status;
import java.util.HexFormat;

/**
 * A process that reads another's memory one-sided, sixteen entries together, and checks each as {@link TornReaderMain} does. Arguments:
 * provider, endpoint, address, key, length, epoch, reads, handles. Prints one line: reads torn backwards refused retries.
 */
public final class RemoteTornReaderMain {
    private static final long LEASE_NS = 5_000_000_000L;

    private RemoteTornReaderMain() {}

    public static void main(String[] arguments) {
        RemotePlace place = new RemotePlace(
                arguments[0],
                HexFormat.of().parseHex(arguments[1]),
                new RemoteRegion(number(arguments[2]), number(arguments[3]), number(arguments[4])),
                number(arguments[5]),
                LEASE_NS);
        Batch batch = new Batch(16);
        for (int i = 7; i < arguments.length; i++) {
            batch.add(number(arguments[i]));
        }
        System.out.println("reading");
        try (RemoteReader reader = RemoteReader.open(place)) {
            run(reader, batch, number(arguments[6]));
        }
    }

    private static long number(String text) {
        return Long.parseLong(text);
    }

    private static void run(RemoteReader reader, Batch batch, long required) {
        long[] versions = new long[batch.length()];
        long torn = 0;
        long backwards = 0;
        long refused = 0;
        long reads = 0;
        for (; reads < required; reads += batch.length()) {
            reader.get(batch);
            for (int i = 0; i < batch.length(); i++) {
                var entry = batch.entry(i);
                boolean isRead = batch.status(i) == Status.OK;
                boolean isWhole = isRead
                        && entry.value().length() == 16
                        && entry.value().getLong(8)
                                == TornReaderMain.partner(entry.value().getLong(0));
                torn += isRead && !isWhole ? 1 : 0;
                refused += isRead ? 0 : 1;
                backwards += entry.version() < versions[i] ? 1 : 0;
                versions[i] = entry.version();
            }
        }
        System.out.println(reads + " " + torn + " " + backwards + " " + refused + " " + reader.retries());
    }
}
