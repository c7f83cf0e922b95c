package io.needletail.replication;

import io.needletail.memory.DataSync;
import io.needletail.rdma.RemoteRegion;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Properties;
import java.util.zip.CRC32C;

/**
 * A membership in a folder that the members' processes share: a file for the configuration, one for each card, each replaced whole by a
 * rename, behind a force and under a lock. It stands in for a consensus and is no better than the folder: who is cut off from it changes
 * nothing.
 *
 * <pre>
 * FOLDER/configuration   what is agreed on          FOLDER/member-N   the card of member N
 * FOLDER/promote         the member that an operator wants to be the primary
 * FOLDER/lock            held while one of them is replaced
 * FOLDER/member-N.lock   held by the process that is member N
 * </pre>
 */
public final class FileMembership implements Membership {
    private static final String CHECK = "check";
    private static final Object WITHIN_THIS_PROCESS = new Object();

    private final Path folder;

    /** Makes the folder when there is none. */
    public FileMembership(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    @Override
    public Configuration configuration() {
        Properties read = read("configuration");
        return read == null
                ? null
                : new Configuration(
                        number(read, "version"),
                        number(read, "epoch"),
                        (int) number(read, "claimant"),
                        number(read, "log-epoch"),
                        (int) number(read, "primary"),
                        (int) number(read, "mirrors"),
                        (int) number(read, "least"),
                        number(read, "lease-ns"),
                        number(read, "first-version"));
    }

    @Override
    public boolean compareAndSet(long expectedVersion, Configuration next) {
        synchronized (WITHIN_THIS_PROCESS) {
            try (FileChannel lock =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock.lock();
                Configuration now = configuration();
                if ((now == null ? -1 : now.version()) != expectedVersion) {
                    return false;
                }
                replace("configuration", properties(next));
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Properties properties(Configuration configuration) {
        Properties written = new Properties();
        put(written, "version", configuration.version());
        put(written, "epoch", configuration.epoch());
        put(written, "claimant", configuration.claimant());
        put(written, "log-epoch", configuration.logEpoch());
        put(written, "primary", configuration.primary());
        put(written, "mirrors", configuration.mirrors());
        put(written, "least", configuration.least());
        put(written, "lease-ns", configuration.leaseNs());
        put(written, "first-version", configuration.firstVersion());
        return written;
    }

    private static void put(Properties properties, String name, long value) {
        properties.setProperty(name, Long.toString(value));
    }

    private static long number(Properties properties, String name) {
        return Long.parseLong(properties.getProperty(name, "-1"));
    }

    @Override
    public MemberCard card(int member) {
        Properties read = read("member-" + member);
        try {
            return read == null ? null : card(read);
        } catch (IllegalArgumentException | NullPointerException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalStateException(
                    folder.resolve("member-" + member) + " is no member's card: " + e.getMessage(), e);
        }
    }

    private static MemberCard card(Properties read) {
        return new MemberCard(
                (int) number(read, "member"),
                number(read, "incarnation"),
                read.getProperty("provider"),
                HexFormat.of().parseHex(read.getProperty("endpoint")),
                place(read, "mailbox"),
                place(read, "region"),
                place(read, "ring"),
                number(read, "ring-epoch"),
                number(read, "ring-from"),
                read.getProperty("sessions"));
    }

    private static RemoteRegion place(Properties read, String name) {
        String[] words = read.getProperty(name).split(" ");
        return new RemoteRegion(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
    }

    @Override
    public void publish(MemberCard card) {
        Properties written = new Properties();
        put(written, "member", card.member());
        put(written, "incarnation", card.incarnation());
        written.setProperty("provider", card.provider());
        written.setProperty("endpoint", HexFormat.of().formatHex(card.endpoint()));
        putPlace(written, "mailbox", card.mailbox());
        putPlace(written, "region", card.region());
        putPlace(written, "ring", card.ring());
        put(written, "ring-epoch", card.ringEpoch());
        put(written, "ring-from", card.ringFrom());
        written.setProperty("sessions", card.sessions());
        try {
            replace("member-" + card.member(), written);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void putPlace(Properties written, String name, RemoteRegion place) {
        written.setProperty(name, place.address() + " " + place.key() + " " + place.length());
    }

    /**
     * Makes this process the only one that is a member, for as long as it lives.
     *
     * @throws IOException when another one is
     */
    public FileChannel hold(int member) throws IOException {
        FileChannel held = FileChannel.open(
                folder.resolve("member-" + member + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (held.tryLock() == null) {
            held.close();
            throw new IOException(folder + ": another process is member " + member
                    + "; give this one a number of its own with --set member=N");
        }
        return held;
    }

    /** The member that an operator wants to be the primary, or -1. */
    public int wanted() {
        Properties read = read("promote");
        return read == null ? -1 : (int) number(read, "member");
    }

    /** For an operator. */
    public void want(int member) throws IOException {
        Properties written = new Properties();
        put(written, "member", member);
        replace("promote", written);
    }

    /** What was wanted has been tried. */
    public void wantNobody() throws IOException {
        Files.deleteIfExists(folder.resolve("promote"));
    }

    private void replace(String name, Properties properties) throws IOException {
        properties.setProperty(CHECK, check(properties));
        StringWriter text = new StringWriter();
        properties.store(text, null);
        Path written = folder.resolve(name + ".new-" + ProcessHandle.current().pid());
        Files.writeString(written, text.toString());
        try (DataSync sync = DataSync.of(written)) {
            sync.force();
        }
        Files.move(written, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        DataSync.ofFolder(folder);
    }

    /** Null when there is none. A rename replaces all of it, so one that is not whole was written by somebody else. */
    private Properties read(String name) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) { // as most cards at every look; an exception costs ten times as much
            return null;
        }
        Properties read = new Properties();
        try {
            read.load(new StringReader(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!check(read).equals(read.getProperty(CHECK))) {
            throw new IllegalStateException(file + " is damaged: its check is wrong");
        }
        return read;
    }

    private static String check(Properties properties) {
        CRC32C crc = new CRC32C();
        properties.stringPropertyNames().stream()
                .filter(name -> !name.equals(CHECK))
                .sorted()
                .forEach(name -> crc.update(
                        (name + "=" + properties.getProperty(name) + "\n").getBytes(StandardCharsets.UTF_8)));
        return Long.toHexString(crc.getValue());
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
