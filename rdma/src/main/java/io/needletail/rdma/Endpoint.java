package io.needletail.rdma;

/**
 * Reaches other machines' memory. One thread's; nothing blocks, nothing is allocated by an operation, everything moves on by
 * {@link #poll} alone, and on software providers what peers do with this side's memory too.
 */
public interface Endpoint extends AutoCloseable {
    /** Posted: its completion will come, or the endpoint fails. */
    int POSTED = 0;
    /** Not posted: as many as the window allows are under way, or the fabric takes no more just now. Poll and try again. */
    int BUSY = 1;

    /** For peers, at most {@value #MAX_ADDRESS_LENGTH} bytes; what is in it is the provider's. */
    byte[] address();

    int MAX_ADDRESS_LENGTH = 256;

    /**
     * Takes a peer's address.
     *
     * @return its number here
     * @throws FabricException when the provider does not know what to do with the address
     */
    long connect(byte[] address);

    /**
     * Writes local bytes to a peer's memory. In which order they arrive is not said, nor whether all do.
     *
     * @return {@link #POSTED}, {@link #BUSY}, or a negative code of the fabric
     */
    int write(
            long peer,
            RegisteredRegion from,
            long fromOffset,
            long length,
            RemoteRegion to,
            long toOffset,
            long context);

    /** Reads a peer's memory; answers as {@link #write}. */
    int read(
            long peer,
            RegisteredRegion into,
            long intoOffset,
            long length,
            RemoteRegion from,
            long fromOffset,
            long context);

    /** Of one {@link #read(long, RegisteredRegion, RemoteRegion, ReadParts, long)}; 1 where a provider reads one place at a time. */
    int mostParts();

    /** Reads several places of a peer's memory by one operation: it takes the fabric little longer than one. Answers as {@link #write}. */
    int read(long peer, RegisteredRegion into, RemoteRegion from, ReadParts parts, long context);

    /**
     * Moves everything on and tells of operations that ended.
     *
     * @return how many, or a negative code when the endpoint has failed
     */
    int poll(CompletionHandler handler, int most);

    /** Operations under way. */
    int inFlight();

    EndpointCounts counts();

    /** Before the regions: what is under way is given up. */
    @Override
    void close();
}
