package io.needletail.server.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Commands below a command, of which only those are made that the arguments name: to look through the options of some thirty others takes
 * longer than what a short command does. Without one that is named, all are made, for the help and for who mistyped.
 */
final class Subcommands {
    private Subcommands() {}

    /** @param all in the order of the help */
    static void add(CommandLine parent, List<Class<?>> all, String... arguments) {
        Set<String> words = new TreeSet<>(Arrays.asList(arguments));
        List<Class<?>> named =
                all.stream().filter(type -> words.contains(nameOf(type))).toList();
        for (Class<?> type : named.isEmpty() ? all : named) {
            parent.addSubcommand(type);
        }
    }

    private static String nameOf(Class<?> type) {
        return type.getAnnotation(Command.class).name();
    }
}
