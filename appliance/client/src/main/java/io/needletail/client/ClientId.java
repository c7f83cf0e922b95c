package io.needletail.client;

import java.util.UUID;

/**
 * Who a client is over connections, restarts included: what an appliance needs to know a repeated request. One session at a
 * time has it; a second one replaces the first. 0, 0 is nobody.
 */
public record ClientId(long high, long low) {
    static final ClientId NOBODY = new ClientId(0, 0);

    /** A new one, random. */
    public static ClientId random() {
        UUID uuid = UUID.randomUUID();
        return new ClientId(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    boolean isNobody() {
        return (high | low) == 0;
    }
}
