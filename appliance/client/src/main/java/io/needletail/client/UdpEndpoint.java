package io.needletail.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IPv4 address and a UDP port, as {@code 127.0.0.1:40123}. Addresses only: a name would be looked up, which takes as long as it
 * takes and may answer something else tomorrow.
 *
 * @param address its four bytes, the first one highest
 * @param port 0 lets the kernel choose
 */
public record UdpEndpoint(int address, int port) {
    /** What {@link #parse} takes, as a regular expression; each number must also fit. */
    public static final String PATTERN = "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}:[0-9]{1,5}";

    private static final Pattern PARTS =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3}):(\\d{1,5})");
    private static final int LOOPBACK_NETWORK = 127;

    public UdpEndpoint {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port " + port + " is not 0 to 65535");
        }
    }

    /** Throws an {@link IllegalArgumentException} that says what it should be. */
    public static UdpEndpoint parse(String text) {
        Matcher matcher = PARTS.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not an IPv4 address and a port, as 127.0.0.1:40123");
        }
        int address = 0;
        for (int group = 1; group <= 4; group++) {
            int part = Integer.parseInt(matcher.group(group));
            if (part > 255) {
                throw new IllegalArgumentException("'" + text + "': " + part + " is not 0 to 255");
            }
            address = address << 8 | part;
        }
        return new UdpEndpoint(address, Integer.parseInt(matcher.group(5)));
    }

    /** The reverse of {@link #toLong()}. */
    public static UdpEndpoint of(long bits) {
        return new UdpEndpoint((int) (bits >>> 16), (int) (bits & 0xFFFF));
    }

    public long toLong() {
        return Integer.toUnsignedLong(address) << 16 | port;
    }

    /** Whether only this machine can reach it. */
    public boolean isLoopback() {
        return address >>> 24 == LOOPBACK_NETWORK;
    }

    public UdpEndpoint withPort(int otherPort) {
        return new UdpEndpoint(address, otherPort);
    }

    @Override
    public String toString() {
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255)
                + ":" + port;
    }
}
