package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import io.needletail.registry.Registry;
import io.needletail.registry.SlotWriter;
import io.needletail.registry.view.Handle;
import io.needletail.registry.view.SlotLayout;
import java.io.IOException;

/** The slot's bytes by the version protocol, with the seal that stands there: what a put costs without checksum and record. */
public class PutVersion extends Embedded {
    Registry registry;
    private long[] values;
    private long sequence = 1L << 40;

    @Override
    void prepare() throws IOException {
        super.prepare();
        registry = engine.registry();
        values = PutValues.inOrder(questions);
    }

    @Override
    long operation() {
        int at = next();
        long slot = Handle.slot(handles[at]);
        long address = registry.slotAddress(slot);
        long next = ++sequence;
        SlotWriter.write(
                address,
                next,
                seal(slot, next, values[2 * at], values[2 * at + 1]),
                values[2 * at],
                values[2 * at + 1]);
        return Questions.fold(values[2 * at], values[2 * at + 1]);
    }

    long seal(long slot, long version, long value0, long value1) {
        return SlotLayout.seal(0, registry.word(slot));
    }
}
