package io.needletail.rdma;

import java.util.List;

/**
 * Which of the providers of a machine is taken, and why: a card before a network before shared memory, which reaches no other
 * machine.
 *
 * @param provider libfabric's name
 * @param reason for people
 */
public record ProviderChoice(String provider, String reason) {
    private static final String VERBS = "verbs;ofi_rxm";
    private static final String EFA = "efa";
    private static final String TCP = "tcp;ofi_rxm";

    /** @param providers that libfabric offers here */
    public static ProviderChoice of(List<String> providers) {
        if (providers.contains(VERBS)) {
            return new ProviderChoice(VERBS, "there is a card with verbs");
        }
        if (providers.contains(EFA)) {
            return new ProviderChoice(EFA, "there is an elastic fabric adapter");
        }
        if (providers.contains(TCP)) {
            return new ProviderChoice(
                    TCP, "there is no card; over TCP the same is done in software, by the target's processor too");
        }
        throw new FabricUnavailableException("libfabric offers none of " + VERBS + ", " + EFA + ", " + TCP
                + " here, but: " + String.join(", ", providers));
    }

    /** What was named is taken. */
    public static ProviderChoice named(String provider) {
        return new ProviderChoice(provider, "as it was named");
    }
}
