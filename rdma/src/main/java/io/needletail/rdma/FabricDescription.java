package io.needletail.rdma;

import java.util.ArrayList;
import java.util.List;

/**
 * What an open fabric is.
 *
 * @param provider libfabric's name of it
 * @param fabric network, as the provider names it
 * @param domain device, as the provider names it
 * @param library path of the library that was loaded
 * @param version of the library's interface
 * @param injectLength bytes of a write that may be reused at once
 * @param mostLength bytes of an operation
 * @param registrationMode libfabric's bits
 * @param keyLength bytes of a registration's key
 * @param mostParts places that one read may be of
 * @param progressByTarget whether the target's processor must poll before a peer's operation goes on: no card needs it
 */
public record FabricDescription(
        String provider,
        String fabric,
        String domain,
        String library,
        String version,
        long injectLength,
        long mostLength,
        int registrationMode,
        int keyLength,
        int mostParts,
        boolean progressByTarget) {
    private static final int LOCAL = 1 << 2;
    private static final int VIRT_ADDR = 1 << 4;
    private static final int ALLOCATED = 1 << 5;
    private static final int PROV_KEY = 1 << 6;

    /** The bits by name, as libfabric's own tools print them. */
    public String registrationModes() {
        List<String> names = new ArrayList<>();
        addIf(names, LOCAL, "FI_MR_LOCAL");
        addIf(names, VIRT_ADDR, "FI_MR_VIRT_ADDR");
        addIf(names, ALLOCATED, "FI_MR_ALLOCATED");
        addIf(names, PROV_KEY, "FI_MR_PROV_KEY");
        return names.isEmpty() ? "none: offsets, keys by the application" : String.join(" ", names);
    }

    private void addIf(List<String> names, int bit, String name) {
        if ((registrationMode & bit) != 0) {
            names.add(name);
        }
    }
}
