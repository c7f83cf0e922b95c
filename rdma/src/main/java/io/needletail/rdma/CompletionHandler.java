package io.needletail.rdma;

/** Is told of operations that came to an end, in any order. */
@FunctionalInterface
public interface CompletionHandler {
    /**
     * The local bytes may be used again. No more: of a write it does not say that the bytes arrived, of a read not that they are of one
     * moment.
     *
     * @param context as it was posted
     * @param error 0, or the fabric's code; see {@link Fabric#errorText}
     */
    void onCompletion(long context, int error);
}
