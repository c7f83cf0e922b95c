package io.needletail.bench.micro;

/** A 16-byte key that can be filled again, so that asking allocates nothing. Spread as well as {@link Long#hashCode} does. */
final class ProbeKey {
    private long word0;
    private long word1;

    ProbeKey set(long first, long second) {
        word0 = first;
        word1 = second;
        return this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProbeKey that && word0 == that.word0 && word1 == that.word1;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(word0) + Long.hashCode(word1);
    }
}
