package io.needletail.server.replication;

import io.needletail.engine.BeforeEpoch;
import io.needletail.replication.Candidacy;
import io.needletail.replication.FileMembership;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.ConfigurationException;
import io.needletail.server.config.Option;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;

/**
 * A shard's way to be its members' primary: the member is held, and that this one is it, from which epoch and version on, is agreed on before
 * the epoch is opened. So nothing is written, and no version issued, that another one could issue too. Opened and closed by the thread that
 * starts the appliance, used by the one that attaches.
 */
public final class Entrance implements AutoCloseable {
    private final Configuration configuration;
    private final FileMembership members;
    private final FileChannel held;
    private final int id;
    private io.needletail.replication.Configuration agreed;

    /** @throws IOException when another process is the member */
    public Entrance(Configuration configuration, int shard) throws IOException {
        this.configuration = configuration;
        members = MirrorSettings.membership(configuration, shard);
        id = MirrorSettings.member(configuration);
        held = members.hold(id);
    }

    /** Asks the members; the rest goes to somebody else. */
    public BeforeEpoch before(BeforeEpoch next) {
        return new BeforeEpoch() {
            @Override
            public void ringEnds(long position) {
                next.ringEnds(position);
            }

            @Override
            public long leastVersion() {
                return Candidacy.leastVersion(members.configuration());
            }

            @Override
            public void opens(long epoch, long firstVersion) {
                enter(epoch, firstVersion);
            }
        };
    }

    private void enter(long epoch, long firstVersion) {
        agreed = members.configuration() == null ? first(epoch, firstVersion) : later(epoch, firstVersion);
        if (agreed == null) {
            throw new ConfigurationException("membership=" + members + ": it says " + members.configuration()
                    + ", and this is member " + id + ", about to open epoch " + epoch
                    + "; start again to follow its primary");
        }
    }

    private io.needletail.replication.Configuration first(long epoch, long firstVersion) {
        var first = io.needletail.replication.Configuration.first(
                id,
                epoch,
                (int) configuration.get(Option.LEAST_MIRRORED),
                configuration.get(Option.LEASE),
                firstVersion);
        return members.compareAndSet(-1, first) ? first : null;
    }

    private io.needletail.replication.Configuration later(long epoch, long firstVersion) {
        boolean isWanted = members.wanted() == id;
        var won = Candidacy.open(members, id, epoch, firstVersion);
        if (won == null) {
            won = isWanted
                    ? Candidacy.resume(members, id, epoch, firstVersion)
                    : Candidacy.alone(members, id, epoch, firstVersion);
        }
        if (won != null && isWanted) {
            wantNobody(); // it is done: left behind it would be done again at some later start
        }
        return won;
    }

    private void wantNobody() {
        try {
            members.wantNobody();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    FileMembership members() {
        return members;
    }

    /** In which this member is the primary; behind the attaching. */
    io.needletail.replication.Configuration agreed() {
        return agreed;
    }

    @Override
    public void close() {
        try {
            held.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
