package io.needletail.server.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A client's process as this one sees it. A number that is given to another process later does not bring it back. */
final class ClientProcess implements SharedStreamGuard.Client {
    private final ProcessHandle handle;
    private final Path status;

    private ClientProcess(ProcessHandle handle) {
        this.handle = handle;
        status = Path.of("/proc", Long.toString(handle.pid()), "stat");
    }

    /** Empty when it is not seen from here (another namespace of processes): then nobody can tell that it has died. */
    static Optional<ClientProcess> of(long pid) {
        return ProcessHandle.of(pid).map(ClientProcess::new);
    }

    @Override
    public boolean isGone() {
        return !handle.isAlive();
    }

    /** One that its parent has not asked after yet runs no more either, although it still has its number. */
    @Override
    public boolean hasDied() {
        return isGone() || isZombie();
    }

    /** The state stands behind the name, which may hold anything but ends with the last parenthesis. */
    private boolean isZombie() {
        try {
            String text = Files.readString(status);
            char state = text.charAt(text.lastIndexOf(')') + 2);
            return state == 'Z' || state == 'X';
        } catch (IOException | IndexOutOfBoundsException e) {
            return isGone(); // gone between the two looks; a system without such files has no more to say
        }
    }
}
