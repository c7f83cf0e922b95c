package io.needletail.server.config;

import java.util.Arrays;
import java.util.List;

/** Every option whose value is a text and not a quantity, declared once as {@link Option} is. All are empty by default. */
public enum TextOption {
    NAMESPACES(
            "namespaces",
            "NAME:SHARDS,NAME:SHARDS",
            Namespaces.PATTERN,
            "who has which shards; empty for one namespace without a name, which has them all"),
    MEDIA_DRIVER(
            "media-driver",
            "a folder, or empty",
            ".*",
            "a media driver in another process (needletail media-driver --dir DIR); empty for one inside the appliance"),
    REGION_DIR(
            "region-dir",
            "a folder, or empty",
            ".*",
            "where the regions are: a mount of hugetlbfs, or a disk; empty for shared memory (fixed when formatted)"),
    FABRIC(
            "fabric",
            "auto, a provider of libfabric as shm or tcp;ofi_rxm, or empty",
            "|auto|[a-z0-9_]+(;[a-z0-9_]+)*",
            "regions can be read one-sided from other machines, by this provider; empty for none (needletail fabric info says which there are)"),
    FABRIC_ADDRESS(
            "fabric-address",
            "a local address, or empty",
            "[0-9a-zA-Z.:_-]*",
            "where peers reach the fabric; empty for 127.0.0.1 over IP, and for the provider's choice with a card"),
    MEMBERSHIP(
            "membership",
            "a folder, or empty",
            ".*",
            "a folder that the members of a set of mirrors share: who is the primary, whose word counts; empty for an appliance alone");

    private final String key;
    private final String unit;
    private final String pattern;
    private final String help;

    TextOption(String key, String unit, String pattern, String help) {
        this.key = key;
        this.unit = unit;
        this.pattern = pattern;
        this.help = help;
    }

    public String key() {
        return key;
    }

    /** What a value looks like, for people. */
    public String unit() {
        return unit;
    }

    /** What a value looks like, as a regular expression. */
    public String pattern() {
        return pattern;
    }

    public String help() {
        return help;
    }

    public static List<String> keys() {
        return Arrays.stream(values()).map(TextOption::key).toList();
    }
}
