package io.needletail.bench.micro;

import io.needletail.bench.data.Questions;

/** The values that puts write, two words a question in the order of asking. */
final class PutValues {
    private PutValues() {}

    static long[] inOrder(Questions questions) {
        long[] values = new long[2 * (questions.mask() + 1)];
        for (int place = 0; place <= questions.mask(); place++) {
            values[2 * place] = questions.value0(questions.at(place));
            values[2 * place + 1] = questions.value1(questions.at(place));
        }
        return values;
    }
}
