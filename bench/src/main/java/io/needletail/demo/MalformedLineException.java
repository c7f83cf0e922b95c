package io.needletail.demo;

/** A line of the input is not an order event. */
final class MalformedLineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedLineException(String file, long line, String why) {
        super(file + ":" + line + ": " + why);
    }
}
