package io.needletail.server.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.needletail.replication.FileMembership;
import io.needletail.replication.MemberCard;
import io.needletail.server.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mirror status|promote}: what the members of a membership have agreed on, and who is to be the primary. */
@Command(
        name = "mirror",
        description = "Mirrors: who is the primary, whose word counts, and who is to take over.",
        mixinStandardHelpOptions = true,
        subcommands = {MirrorCommand.Status.class, MirrorCommand.Promote.class})
final class MirrorCommand implements Runnable {
    private static final int MEMBERS = 16;

    @picocli.CommandLine.Spec
    private picocli.CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    private static List<Path> shards(Path membership) throws IOException {
        List<Path> found = new ArrayList<>();
        for (int i = 0; Files.exists(membership.resolve("shard-" + i).resolve("configuration")); i++) {
            found.add(membership.resolve("shard-" + i));
        }
        if (found.isEmpty()) {
            throw new NothingThereException(membership
                    + ": no membership; it is the folder that option membership of the" + " appliances names");
        }
        return found;
    }

    /** Says who is what. */
    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = "Prints each shard's primary, epoch and mirrors.",
            footer = {"Example:", "  needletail mirror status --membership /srv/members --json"})
    static final class Status implements Callable<Integer> {
        @Option(names = "--membership", required = true, paramLabel = "DIR", description = "The members' folder.")
        private Path membership;

        @Option(names = "--json", description = "One object a shard.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            List<Path> shards = shards(membership);
            for (int i = 0; i < shards.size(); i++) {
                FileMembership members = new FileMembership(shards.get(i));
                if (json) {
                    printJson(i, members);
                } else {
                    print(i, members);
                }
            }
            return ExitCode.DONE;
        }

        private static void print(int shard, FileMembership members) {
            var agreed = members.configuration();
            System.out.printf(
                    "shard %d  epoch %d  primary member %d  mirrors that have all %d  least %d  lease %d ms%s%n",
                    shard,
                    agreed.logEpoch(),
                    agreed.primary(),
                    agreed.mirrorCount(),
                    agreed.least(),
                    agreed.leaseNs() / 1_000_000,
                    agreed.epoch() == agreed.logEpoch()
                            ? ""
                            : "  member " + agreed.claimant() + " is taking over for epoch " + agreed.epoch());
            lag(members, agreed, shard)
                    .ifPresent(lag -> System.out.printf(
                            "  lag %d changes, %d us%n",
                            lag.get(Counter.MIRROR_LAG), lag.get(Counter.MIRROR_LAG_NS) / 1_000));
            for (int member = 0; member < MEMBERS; member++) {
                MemberCard card = members.card(member);
                if (card != null) {
                    System.out.printf(
                            "  member %d  %-9s provider %s  %s%n",
                            member, role(agreed, card), card.provider(), card.sessions());
                }
            }
        }

        /** The primary's counters, where it runs on this machine: elsewhere its stat says them. */
        private static Optional<Map<Counter, Long>> lag(
                FileMembership members, io.needletail.replication.Configuration agreed, int shard) {
            MemberCard card = members.card(agreed.primary());
            try {
                return card == null
                        ? Optional.empty()
                        : CounterValues.ofShard(Path.of(card.sessions()), shard, agreed.logEpoch());
            } catch (IOException | InvalidPathException e) {
                return Optional.empty();
            }
        }

        private static String role(io.needletail.replication.Configuration agreed, MemberCard card) {
            if (card.member() == agreed.primary()) {
                return "primary";
            }
            return agreed.isMirror(card.member())
                    ? "mirror"
                    : card.ringEpoch() == agreed.logEpoch() ? "joining" : "away";
        }

        private static void printJson(int shard, FileMembership members) {
            var agreed = members.configuration();
            JsonOut.print(out -> {
                out.writeStartObject();
                out.writeNumberField("shard", shard);
                out.writeNumberField("epoch", agreed.logEpoch());
                out.writeNumberField("claimedEpoch", agreed.epoch());
                out.writeNumberField("primary", agreed.primary());
                out.writeNumberField("mirrors", agreed.mirrorCount());
                out.writeNumberField("least", agreed.least());
                Optional<Map<Counter, Long>> lag = lag(members, agreed, shard);
                if (lag.isPresent()) {
                    out.writeNumberField("lagChanges", lag.get().get(Counter.MIRROR_LAG));
                    out.writeNumberField("lagNs", lag.get().get(Counter.MIRROR_LAG_NS));
                }
                out.writeArrayFieldStart("members");
                for (int member = 0; member < MEMBERS; member++) {
                    printCard(out, agreed, members.card(member));
                }
                out.writeEndArray();
                out.writeEndObject();
            });
        }

        private static void printCard(
                JsonGenerator out, io.needletail.replication.Configuration agreed, MemberCard card) throws IOException {
            if (card == null) {
                return;
            }
            out.writeStartObject();
            out.writeNumberField("member", card.member());
            out.writeStringField("role", role(agreed, card));
            out.writeStringField("provider", card.provider());
            out.writeStringField("sessions", card.sessions());
            out.writeEndObject();
        }
    }

    /** Has a mirror take over. */
    @Command(
            name = "promote",
            mixinStandardHelpOptions = true,
            description = {
                "Has a mirror become the primary of every shard: it asks the others for their promise, adopts the highest log, waits until the"
                        + " old primary's lease has run out, and serves. A primary that still runs steps down."
            },
            footer = {"Example:", "  needletail mirror promote --membership /srv/members --member 1"})
    static final class Promote implements Callable<Integer> {
        private static final int TRIES = 300;
        private static final long TRY_MS = 100;

        @Option(names = "--membership", required = true, paramLabel = "DIR", description = "The members' folder.")
        private Path membership;

        @Option(names = "--member", required = true, paramLabel = "N", description = "Who is to be the primary.")
        private int member;

        @Override
        public Integer call() throws IOException, InterruptedException {
            List<FileMembership> shards = new ArrayList<>();
            for (Path shard : shards(membership)) {
                FileMembership members = new FileMembership(shard);
                var agreed = members.configuration();
                if (agreed.primary() != member && !agreed.isMirror(member)) {
                    throw new RefusedException(
                            "member " + member + " does not have all that was acknowledged: " + agreed);
                }
                shards.add(members);
            }
            List<Long> before = new ArrayList<>();
            for (FileMembership shard : shards) {
                before.add(shard.configuration().version());
                shard.want(member);
            }
            return await(shards, before);
        }

        /** Another configuration than before, in which this member is the primary. */
        private boolean areTaken(List<FileMembership> shards, List<Long> before) {
            boolean areTaken = true;
            for (int i = 0; i < shards.size(); i++) {
                var agreed = shards.get(i).configuration();
                areTaken &= agreed.primary() == member
                        && agreed.epoch() == agreed.logEpoch()
                        && agreed.version() != before.get(i);
            }
            return areTaken;
        }

        private int await(List<FileMembership> shards, List<Long> before) throws IOException, InterruptedException {
            for (int tries = 0; tries < TRIES; tries++) {
                if (areTaken(shards, before)) {
                    System.out.println("member " + member + " is the primary");
                    return ExitCode.DONE;
                }
                Thread.sleep(TRY_MS);
            }
            for (FileMembership shard : shards) {
                shard.wantNobody(); // else it would take over whenever it is started
            }
            System.err.println("member " + member
                    + " has not taken over; needletail mirror status says how it stands, and its" + " output why");
            return ExitCode.FAILED;
        }
    }
}
