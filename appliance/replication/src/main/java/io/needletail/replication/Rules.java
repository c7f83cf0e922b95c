package io.needletail.replication;

/** All of them; or, for a test of the tests, all but one. */
final class Rules {
    static final Rules ALL = new Rules(null);

    private final Rule missing;

    private Rules(Rule missing) {
        this.missing = missing;
    }

    static Rules without(Rule missing) {
        return new Rules(missing);
    }

    boolean hold(Rule rule) {
        return rule != missing;
    }
}
