package io.needletail.bench.micro;

import io.needletail.registry.view.SlotLayout;

/** {@link PutVersion} with the slot's checksum: a put without its record. */
public class PutChecksum extends PutVersion {
    @Override
    long seal(long slot, long version, long value0, long value1) {
        int word = registry.word(slot);
        return SlotLayout.seal(registry.checksum().of(slot, word, version << 1, value0, value1), word);
    }
}
