package io.needletail.engine;

import io.needletail.registry.Registry;
import io.needletail.registry.view.Bytes;
import io.needletail.registry.view.RecordLayout;
import io.needletail.registry.view.SlotChecksum;
import io.needletail.registry.view.SlotLayout;
import io.needletail.registry.view.Value;

/**
 * The commonest change by far: a value of up to 16 bytes over one as short, without a deadline before or behind. The record and
 * the slot are those of {@link RecordWriter#writeUpdate} and {@link Applier#apply}, in the same order; only nothing is read
 * back between, which spares a third of a put's instructions (bench/RESULTS.md, attempt 9). For the owner thread.
 */
final class ShortUpdate {
    private final MutationLog log;
    private final Applier applier;
    private final SlotChecksum checksum;

    ShortUpdate(Registry registry, MutationLog log, Applier applier) {
        this.log = log;
        this.applier = applier;
        checksum = registry.checksum();
    }

    /** Whether a change is of this kind; {@code word} is that of the live slot as it stands. */
    static boolean covers(int word, Value value) {
        return value.length() <= Bytes.INLINE_LENGTH
                && SlotLayout.kind(word) != SlotLayout.KIND_SLAB
                && !SlotLayout.hasDeadline(word);
    }

    /**
     * Appends, applies, publishes.
     *
     * @param address of the slot
     * @param word of the slot before
     * @return false, and nothing happened, when a consumer of the log stalls
     */
    boolean run(long slot, long address, int word, long sequence, long timeNs, Value value) {
        assert covers(word, value) : "word=" + word + " length=" + value.length();
        if (!log.claimLine()) {
            return false;
        }
        long record = log.next();
        int newWord = SlotLayout.word(SlotLayout.generation(word), SlotLayout.KIND_INLINE + value.length());
        long value0 = value.word0();
        long value1 = value.word1();
        long seal = SlotLayout.seal(checksum.of(slot, newWord, sequence << 1, value0, value1), newWord);
        long header = RecordLayout.header(slot, 1, RecordLayout.UPDATE, RecordLayout.SINGLE);
        log.append(record, header, sequence, seal, timeNs, value0, value1);
        log.persist(sequence);
        applier.applyFields(record, header, address, sequence, seal, value0, value1, log.origin());
        log.publish();
        return true;
    }
}
