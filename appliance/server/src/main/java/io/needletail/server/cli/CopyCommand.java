package io.needletail.server.cli;

import io.needletail.server.Backup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A verb that copies what is kept of an appliance to a new folder. */
abstract class CopyCommand implements Callable<Integer> {
    @Mixin
    private ApplianceOption appliance;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Parameters(index = "0", paramLabel = "DEST", description = "A folder that does not exist.")
    private Path destination;

    /** Says of the copy what else it has to be; one of now is all that there is. */
    void prepare(Path from, Backup copy) throws IOException {
        assert copy != null : "from=" + from;
    }

    @Override
    public final Integer call() throws IOException {
        Backup copy = new Backup(appliance.dir(), destination.toAbsolutePath(), KeptOut.progress("copied"));
        prepare(appliance.dir(), copy);
        try {
            KeptOut.print(copy.take(), json);
            return ExitCode.DONE;
        } catch (IOException e) {
            System.err.println("error: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }
}
