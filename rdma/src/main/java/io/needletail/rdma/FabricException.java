package io.needletail.rdma;

/** The fabric cannot do what it was asked for, outside of operations, which answer codes. */
public class FabricException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FabricException(String message) {
        super(message);
    }
}
