package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import io.needletail.bench.data.SessionFill;
import io.needletail.client.ColocatedReader;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Status;
import java.io.IOException;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Param;

/** Get by handle from another process's region: the appliance owns it, this process maps it read-only. */
public class ReaderGet extends Subject {
    private static final long TIMEOUT_NS = 30_000_000_000L;

    /** The appliance's folder; it must be fresh, with as many keyed slots as there are entries. */
    @Param("")
    String appliance;

    /** Length of the values; the first sixteen bytes are read. */
    @Param("16")
    int value;

    private ColocatedReader reader;
    private long[] handles;
    private Entry entry;

    @Override
    void prepare() throws IOException {
        entry = new Entry(value);
        try (Session session = Session.connect(Path.of(appliance), TIMEOUT_NS)) {
            handles = questions.inOrder(SessionFill.insertAll(session, questions, value));
            reader = ColocatedReader.open(Path.of(session.limits().regionPath()));
        }
    }

    @Override
    long operation() {
        int status = reader.get(handles[next()], entry);
        if (status != Status.OK) {
            throw new IllegalStateException(Status.name(status));
        }
        return Questions.fold(entry.value().word0(), entry.value().word1());
    }

    @Override
    void dispose() throws IOException {
        reader.close();
    }
}
