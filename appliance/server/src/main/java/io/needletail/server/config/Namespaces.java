package io.needletail.server.config;

import io.needletail.registry.view.ShardRoute;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The namespaces of an appliance, each with whole shards of its own, one after the other in the order given. Without any, all
 * shards belong to the one without a name.
 */
public final class Namespaces {
    private static final String KEY = "namespaces";
    /** What the text looks like. */
    static final String PATTERN = "^$|^[A-Za-z0-9._-]+:[0-9]+(,[A-Za-z0-9._-]+:[0-9]+)*$";

    private static final int MAX_NAME_LENGTH = 64;

    /** A namespace and its shards. */
    public record Namespace(String name, ShardRoute route) {}

    private final List<Namespace> namespaces;

    private Namespaces(List<Namespace> namespaces) {
        this.namespaces = namespaces;
    }

    /** One shard, without a name. */
    public static Namespaces none() {
        return parse("", 1);
    }

    /** Reads {@code orders:2,quotes:1}; the shards must add up. */
    static Namespaces parse(String text, int shards) {
        if (text.isEmpty()) {
            return new Namespaces(List.of(new Namespace("", new ShardRoute(0, shards))));
        }
        List<Namespace> namespaces = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int next = 0;
        for (String part : text.split(",")) {
            int colon = part.lastIndexOf(':');
            String name = colon < 1 ? "" : part.substring(0, colon);
            int count = count(part.substring(colon + 1));
            if (!name.matches("[A-Za-z0-9._-]{1," + MAX_NAME_LENGTH + "}") || !names.add(name) || count < 1) {
                throw new ConfigurationException(KEY + "=" + text + " is not NAME:SHARDS,NAME:SHARDS...");
            }
            if (next + count > shards) {
                throw mismatch(text, shards);
            }
            namespaces.add(new Namespace(name, new ShardRoute(next, count)));
            next += count;
        }
        if (next != shards) {
            throw mismatch(text, shards);
        }
        return new Namespaces(List.copyOf(namespaces));
    }

    private static ConfigurationException mismatch(String text, int shards) {
        return new ConfigurationException(KEY + "=" + text + " does not add up to shards=" + shards);
    }

    private static int count(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1; // said by the caller, with the whole text
        }
    }

    String format() {
        return namespaces.stream()
                .filter(namespace -> !namespace.name.isEmpty())
                .map(namespace -> namespace.name + ":" + namespace.route.shards())
                .collect(Collectors.joining(","));
    }

    public Optional<Namespace> byName(String name) {
        return namespaces.stream()
                .filter(namespace -> namespace.name.equals(name))
                .findFirst();
    }

    /** The namespace that a shard belongs to. */
    public Namespace of(int shard) {
        return namespaces.stream()
                .filter(namespace -> namespace.route.contains(shard))
                .findFirst()
                .orElseThrow();
    }

    /** For people: what a client may ask for. */
    public String names() {
        return namespaces.stream()
                .map(namespace -> namespace.name.isEmpty() ? "the one without a name" : namespace.name)
                .collect(Collectors.joining(", "));
    }
}
