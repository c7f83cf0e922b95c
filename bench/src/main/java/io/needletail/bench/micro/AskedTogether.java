package io.needletail.bench.micro;

/** A peer that is asked for sixteen with one call: an operation is one entry, and every sixteenth asks for the next ones. */
public abstract class AskedTogether extends Subject {
    static final int LENGTH = 16;

    private int answered = LENGTH;
    private int place;

    /** Asks for the next ones in the order. */
    abstract void ask();

    /** The value of one of those asked for, folded. */
    abstract long answer(int index);

    @Override
    final int place() {
        return place & questions.mask();
    }

    @Override
    final long operation() {
        place++;
        if (answered == LENGTH) {
            ask();
            answered = 0;
        }
        return answer(answered++);
    }
}
