package io.needletail.bench.process;

import java.io.IOException;

/** Signals that Java cannot send. */
public enum ProcessSignal {
    STOP,
    CONT;

    /** Sends it and waits until it is sent; false when the process is gone. */
    public boolean send(long pid) throws IOException, InterruptedException {
        return new ProcessBuilder("kill", "-" + name(), Long.toString(pid))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
