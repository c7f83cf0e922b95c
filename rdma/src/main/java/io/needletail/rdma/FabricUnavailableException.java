package io.needletail.rdma;

/** There is no libfabric here, or not the provider that was asked for; the message says what there is and how to get more. */
public final class FabricUnavailableException extends FabricException {
    private static final long serialVersionUID = 1L;

    public FabricUnavailableException(String message) {
        super(message);
    }
}
