package io.needletail.server.config;

import io.needletail.client.UdpEndpoint;
import io.needletail.registry.view.RegionLayout;
import io.needletail.registry.view.RegionSizing;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** A profile and a value for every option, checked together. Immutable. */
public final class Configuration {
    static final String PROFILE_KEY = "profile";

    private final Profile profile;
    private final Map<Option, Long> values;
    private final Map<String, String> texts;
    private final Namespaces namespaces;
    private final String mediaDriver;
    private final String regionDir;
    private final String fabric;
    private final String fabricAddress;
    private final String membership;

    private Configuration(Profile profile, Map<Option, Long> values, Map<String, String> texts) {
        this.profile = profile;
        this.values = values;
        this.texts = texts;
        namespaces = Namespaces.parse(texts.get(TextOption.NAMESPACES.key()), (int) (long) values.get(Option.SHARDS));
        mediaDriver = folder(TextOption.MEDIA_DRIVER, texts);
        regionDir = folder(TextOption.REGION_DIR, texts);
        fabric = matching(TextOption.FABRIC, texts);
        fabricAddress = matching(TextOption.FABRIC_ADDRESS, texts);
        membership = folder(TextOption.MEMBERSHIP, texts);
        sizing(); // throws when the capacities do not go together
        checkUdp();
        checkMirrors();
    }

    /**
     * What was stored, overridden by what was asked for now.
     *
     * @param stored the folder's configuration file, empty for a new folder
     * @param profileName from the command line, or null
     * @param settings {@code option=value} from the command line
     */
    public static Configuration of(Properties stored, String profileName, Iterable<String> settings) {
        Map<Option, Long> values = new EnumMap<>(Option.class);
        for (Option option : Option.values()) {
            String text = stored.getProperty(option.key());
            values.put(option, text == null ? option.defaultValue() : option.parse(text));
        }
        Map<String, String> texts = new HashMap<>();
        for (String key : TextOption.keys()) {
            texts.put(key, stored.getProperty(key, ""));
        }
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new ConfigurationException("--set " + setting + " is not option=value");
            }
            if (texts.replace(setting.substring(0, equals), setting.substring(equals + 1)) != null) {
                continue;
            }
            Option option = Option.byKey(setting.substring(0, equals));
            values.put(option, option.parse(setting.substring(equals + 1)));
        }
        String name = profileName != null ? profileName : stored.getProperty(PROFILE_KEY, "development");
        return new Configuration(Profile.byName(name), values, texts);
    }

    private static String matching(TextOption option, Map<String, String> texts) {
        String text = texts.get(option.key());
        if (!text.matches(option.pattern())) {
            throw new ConfigurationException(option.key() + "=" + text + " is not " + option.unit());
        }
        return text;
    }

    /** As an absolute path: a later start may be made from another folder. */
    private static String folder(TextOption option, Map<String, String> texts) {
        String text = texts.get(option.key());
        try {
            return text.isEmpty()
                    ? ""
                    : Path.of(text).toAbsolutePath().normalize().toString();
        } catch (InvalidPathException e) {
            throw new ConfigurationException(option.key() + " is not a folder's name: " + e.getReason());
        }
    }

    /** The same with another value for one option. */
    public Configuration with(Option option, long value) {
        Map<Option, Long> others = new EnumMap<>(values);
        others.put(option, option.parse(option.format(value)));
        return new Configuration(profile, others, texts);
    }

    /** Whoever can send to another address can ask anything: that waits for authentication. */
    private void checkUdp() {
        UdpEndpoint endpoint = udp();
        if (endpoint == null) {
            return;
        }
        if (!endpoint.isLoopback()) {
            throw new ConfigurationException("udp=" + endpoint + " is not a loopback address (127.x.x.x): UDP sessions"
                    + " are not authenticated yet and stay on this machine");
        }
        if (endpoint.port() == 0) {
            throw new ConfigurationException("udp=" + endpoint + " needs a port that clients can know, 1 to 65535");
        }
    }

    /** What goes together with mirrors, said before anything is begun. */
    private void checkMirrors() {
        if (membership.isEmpty() && get(Option.MIN_MIRRORS) > 0) {
            throw new ConfigurationException("min-mirrors=" + get(Option.MIN_MIRRORS)
                    + " and no membership: without one there are no mirrors; set option membership too");
        }
        if (!membership.isEmpty() && fabric.isEmpty()) {
            throw new ConfigurationException("membership=" + membership
                    + ": mirrors are written to over a fabric; set option fabric, as fabric=auto");
        }
        if (!membership.isEmpty() && get(Option.MIRROR_TIMEOUT) >= get(Option.LEASE)) {
            throw new ConfigurationException(
                    "mirror-timeout=" + Option.MIRROR_TIMEOUT.format(get(Option.MIRROR_TIMEOUT))
                            + " is no shorter than lease=" + Option.LEASE.format(get(Option.LEASE))
                            + ": a mirror that dies would keep everybody from being served until it is dropped");
        }
    }

    /** Where sessions are taken by UDP, or null. */
    public UdpEndpoint udp() {
        return get(Option.UDP) == 0 ? null : UdpEndpoint.of(get(Option.UDP));
    }

    public long get(Option option) {
        return values.get(option);
    }

    private String text(TextOption option) {
        return switch (option) {
            case NAMESPACES -> namespaces.format();
            case MEDIA_DRIVER -> mediaDriver;
            case REGION_DIR -> regionDir;
            case FABRIC -> fabric;
            case FABRIC_ADDRESS -> fabricAddress;
            case MEMBERSHIP -> membership;
        };
    }

    public Profile profile() {
        return profile;
    }

    /** Of a key or value. */
    private int longest() {
        return (int) Math.max(get(Option.MAX_KEY_LENGTH), get(Option.MAX_VALUE_LENGTH));
    }

    public Namespaces namespaces() {
        return namespaces;
    }

    /** Folder of the media driver outside, or null when the appliance runs one itself. */
    public Path mediaDriver() {
        return mediaDriver.isEmpty() ? null : Path.of(mediaDriver);
    }

    /** Folder for the regions, or null for shared memory. */
    public Path regionDir() {
        return regionDir.isEmpty() ? null : Path.of(regionDir);
    }

    /** The provider by which regions are read from other machines, "auto" for the best there is, or empty for none. */
    public String fabric() {
        return fabric;
    }

    /** The local address that peers reach the fabric at, or empty. */
    public String fabricAddress() {
        return fabricAddress;
    }

    /** Folder that mirrors and their primary share, or null for an appliance alone. */
    public Path membership() {
        return membership.isEmpty() ? null : Path.of(membership);
    }

    public int shards() {
        return (int) get(Option.SHARDS);
    }

    public RegionSizing sizing() {
        try {
            return new RegionSizing(
                    get(Option.KEYED_SLOTS),
                    get(Option.ANONYMOUS_SLOTS),
                    (int) get(Option.MAX_KEY_LENGTH),
                    (int) get(Option.MAX_VALUE_LENGTH),
                    RegionSizing.evenSlab(get(Option.SLAB_BYTES), longest()),
                    get(Option.RING_BYTES),
                    (int) get(Option.RETRY_SESSIONS));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    /** As it is stored in the folder and printed at start. */
    public Properties toProperties() {
        Properties properties = new Properties();
        properties.setProperty(PROFILE_KEY, profile.name());
        for (TextOption option : TextOption.values()) {
            properties.setProperty(option.key(), text(option));
        }
        values.forEach((option, value) -> properties.setProperty(option.key(), option.format(value)));
        return properties;
    }

    /** The effective configuration and what it costs, for people. */
    public String explain() {
        StringBuilder text = new StringBuilder();
        text.append(String.format("%-20s %-12s %s%n", "profile", profile.name(), profile.help()));
        for (Option option : Option.values()) {
            text.append(String.format("%-20s %-12s %s%n", option.key(), option.format(get(option)), option.help()));
        }
        for (TextOption option : TextOption.values()) {
            text.append(String.format("%-20s %-12s %s%n", option.key(), text(option), option.help()));
        }
        return text.append(explainSizing()).toString();
    }

    private String explainSizing() {
        RegionSizing sizing = sizing();
        RegionLayout layout = new RegionLayout(sizing);
        long records = sizing.ringLength() / 64;
        return String.format(
                "sizing of a shard: region %,d bytes = header %,d + %,d retry entries %,d + %,d keyed slots %,d + %,d anonymous slots %,d"
                        + " + directory %,d + slab %,d + ring %,d%n"
                        + "ring: %,d updates of one line; a gating consumer may stall %,.1f s at 1 M/s%n",
                layout.regionLength(),
                RegionLayout.BODY_OFFSET,
                sizing.retrySessions(),
                layout.keyedOffset() - layout.retryOffset(),
                sizing.keyedSlots(),
                layout.anonymousOffset() - layout.keyedOffset(),
                sizing.anonymousSlots(),
                layout.directoryOffset() - layout.anonymousOffset(),
                layout.slabOffset(0) - layout.directoryOffset(),
                layout.slabLength(),
                sizing.ringLength(),
                records,
                records / 1e6);
    }
}
