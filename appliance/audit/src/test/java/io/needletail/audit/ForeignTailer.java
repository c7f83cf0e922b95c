package io.needletail.audit;

import java.util.Set;
import java.util.TreeSet;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.chronicle.wire.Wire;

/** Somebody else's program: it knows Chronicle Queue and nothing of Needletail. Prints the keys that were ever inserted. */
final class ForeignTailer {
    private ForeignTailer() {}

    public static void main(String[] arguments) {
        Set<String> keys = new TreeSet<>();
        try (ChronicleQueue queue = ChronicleQueue.singleBuilder(arguments[0])
                        .readOnly(true)
                        .build();
                ExcerptTailer tailer = queue.createTailer()) {
            while (true) {
                try (DocumentContext document = tailer.readingDocument()) {
                    if (!document.isPresent()) {
                        break;
                    }
                    Wire wire = document.wire();
                    if (wire.read("kind").text().equals("change")
                            && wire.read("operation").text().equals("insert")) {
                        keys.add(new String(wire.read("key").bytes()));
                    }
                }
            }
        }
        keys.forEach(System.out::println);
    }
}
