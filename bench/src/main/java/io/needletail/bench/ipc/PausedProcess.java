package io.needletail.bench.ipc;

import io.needletail.bench.process.RoleProcess;
import java.io.IOException;

/** A server that spins, held still (SIGSTOP) while it is somebody else's turn to have its core. */
final class PausedProcess implements AutoCloseable {
    private final RoleProcess process;

    PausedProcess(RoleProcess process) {
        this.process = process;
    }

    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("kill " + signal + " " + process.pid() + " ended with " + code);
        }
    }

    RoleProcess process() {
        return process;
    }

    /** A stopped process does not hear that it should end. */
    @Override
    public void close() {
        try {
            signal("-CONT");
        } catch (IOException e) {
            System.err.println("while stopping: " + e.getMessage()); // it has ended already
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.close();
    }
}
