package io.needletail.server.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Commands below a command, of which only those are made that the arguments name: to look through the options of some thirty others takes
 * longer than what a short command does. All are made when none is named, for help, and for who writes down which classes commands load.
 */
final class Subcommands {
    private static final Set<String> HELP = Set.of("-h", "--help");
    private static final boolean TRAINS = System.getenv("NEEDLETAIL_TRAINS") != null;

    private Subcommands() {}

    /** @param all in the order of the help */
    static void add(CommandLine parent, List<Class<?>> all, String... arguments) {
        Set<String> words = new TreeSet<>(Arrays.asList(arguments));
        List<Class<?>> named = all.stream()
                .filter(type -> names(type).anyMatch(words::contains))
                .toList();
        boolean needsAll = TRAINS || named.isEmpty() || words.stream().anyMatch(Subcommands::asksForMore);
        for (Class<?> type : needsAll ? all : named) {
            parent.addSubcommand(type);
        }
    }

    /** Help lists all; a file of arguments may name any. */
    private static boolean asksForMore(String word) {
        return HELP.contains(word) || word.startsWith("@");
    }

    private static Stream<String> names(Class<?> type) {
        Command command = type.getAnnotation(Command.class);
        return Stream.concat(Stream.of(command.name()), Arrays.stream(command.aliases()));
    }
}
