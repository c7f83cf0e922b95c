package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;

/** Sixteen bytes as a record: the key and the value of the on-heap peers. */
record Words(long word0, long word1) {
    long fold() {
        return Questions.fold(word0, word1);
    }
}
