package io.needletail.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Forces a file's data to its medium, {@code fdatasync} with its return code looked at. After a failure the file must not be
 * forced again: the kernel has marked the pages clean, and a second call would say that all is well. So the first failure is
 * kept and every later call throws it again. Without a C library it is {@link FileChannel#force}, which checks too. For one thread.
 */
public final class DataSync implements AutoCloseable {
    private final Path path;
    private final int descriptor;
    private final FileChannel channel;
    private IOException failure;
    private boolean isClosed;

    private DataSync(Path path, int descriptor, FileChannel channel) {
        this.path = path;
        this.descriptor = descriptor;
        this.channel = channel;
    }

    public static DataSync of(Path path) throws IOException {
        if (!LibC.isAvailable()) {
            return new DataSync(path, -1, FileChannel.open(path, StandardOpenOption.WRITE));
        }
        int descriptor = LibC.open(path.toAbsolutePath().toString());
        if (descriptor < 0) {
            throw new IOException(path + ": open failed: " + LibC.errorName(-descriptor));
        }
        return new DataSync(path, descriptor, null);
    }

    /**
     * A name is on the medium when its folder was forced.
     *
     * @throws ForceFailedException when it is not
     */
    public static void ofFolder(Path folder) throws IOException {
        ForceProbe.Hook hook = ForceProbe.hook();
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            forceChannel(folder, channel, hook);
            hook.afterForce(folder);
        }
    }

    private static void forceChannel(Path folder, FileChannel channel, ForceProbe.Hook hook) throws IOException {
        try {
            hook.beforeForce(folder);
            channel.force(true);
        } catch (IOException e) {
            throw new ForceFailedException(folder, "a name could not be forced: " + e.getMessage(), e);
        }
    }

    /**
     * Everything that was written to the file, by whatever descriptor or mapping, is on its medium when this returns.
     *
     * @throws ForceFailedException when it is not
     */
    public void force() throws IOException {
        if (failure != null) {
            throw new ForceFailedException(path, "a force failed before, and what it covered is lost", failure);
        }
        try {
            forceProbed(ForceProbe.hook());
        } catch (IOException e) {
            failure = e;
            throw new ForceFailedException(path, "a force failed: " + e.getMessage(), e);
        }
    }

    private void forceProbed(ForceProbe.Hook hook) throws IOException {
        if (hook == ForceProbe.NOBODY) {
            forceOnce();
            return;
        }
        Path file = file();
        hook.beforeForce(file);
        forceOnce();
        hook.afterForce(file);
    }

    /** With a descriptor whatever it is called by now, else as it was called when it was opened. */
    private Path file() {
        return channel != null ? path : Path.of("/proc/self/fd", Integer.toString(descriptor));
    }

    private void forceOnce() throws IOException {
        if (channel != null) {
            channel.force(false);
            return;
        }
        int error = LibC.fdatasync(descriptor);
        if (error != 0) {
            throw new IOException(path + ": fdatasync failed: " + LibC.errorName(error));
        }
    }

    /** Once: the descriptor's number is another file's soon. */
    @Override
    public void close() throws IOException {
        assert !isClosed : path + " was closed before";
        isClosed = true;
        if (channel != null) {
            channel.close();
            return;
        }
        int error = LibC.close(descriptor);
        if (error != 0) {
            throw new IOException(path + ": close failed: " + LibC.errorName(error));
        }
    }
}
