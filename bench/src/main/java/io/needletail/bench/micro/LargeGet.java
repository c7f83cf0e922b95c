package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;
import org.openjdk.jmh.annotations.Param;

/**
 * What peers on the heap with values over sixteen bytes share. Such a map hands over the object that was put, and copies
 * nothing; ours copies the value out, because its memory is the next value's soon.
 */
public abstract class LargeGet extends Subject {
    /** Length of the values, a multiple of eight; the first sixteen bytes are read. */
    @Param("256")
    int value;

    /** The value of an entry, zero behind its first sixteen bytes. */
    final long[] large(int entry) {
        long[] words = new long[value / Long.BYTES];
        words[0] = questions.value0(entry);
        words[1] = questions.value1(entry);
        return words;
    }

    final Words key(int entry) {
        return new Words(questions.key0(entry), questions.key1(entry));
    }

    static long fold(long[] words) {
        return Questions.fold(words[0], words[1]);
    }
}
