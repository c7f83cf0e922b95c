package io.needletail.server.cli;

import io.needletail.client.SessionProtocol;
import io.needletail.registry.view.RegionLayout;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code needletail version}. */
@Command(name = "version", description = "Prints the version of Needletail, its protocol and its region format.")
final class VersionCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        System.out.printf(
                "needletail %s, protocol %d, region format %d, Java %s%n",
                System.getProperty("needletail.version", "unknown"),
                SessionProtocol.VERSION,
                RegionLayout.FORMAT,
                Runtime.version());
        return ExitCode.DONE;
    }
}
