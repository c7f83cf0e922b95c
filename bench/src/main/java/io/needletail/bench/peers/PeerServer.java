package io.needletail.bench.peers;

import io.needletail.bench.process.BenchCores;
import io.needletail.bench.process.RoleProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A peer's server that runs, pinned to the core that serves in every measurement.
 *
 * @param where as the clients want it: {@code unix:PATH} or {@code tcp:PORT}
 */
record PeerServer(NetworkPeer peer, RoleProcess process, String where) {
    private static final long START_NS = 10_000_000_000L;

    static PeerServer start(NetworkPeer peer, boolean byTcp, Path folder, BenchCores cores)
            throws IOException, InterruptedException {
        Path socket = folder.resolve(peer.label() + (byTcp ? "-tcp" : "") + ".sock");
        int port = byTcp ? freePort() : 0;
        List<String> command = new ArrayList<>(pinned(cores.server()));
        command.addAll(peer.command(socket, port));
        RoleProcess process = RoleProcess.command(peer.program(), command);
        SocketAddress address = byTcp
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                : UnixDomainSocketAddress.of(socket);
        awaitListening(peer, address, process);
        return new PeerServer(peer, process, byTcp ? "tcp:" + port : "unix:" + socket);
    }

    /** What comes before a command to keep it on a core. */
    static List<String> pinned(int core) {
        return core < 0 ? List.of() : List.of("taskset", "-c", Integer.toString(core));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitListening(NetworkPeer peer, SocketAddress address, RoleProcess process)
            throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + START_NS;
        while (!isListening(address)) {
            if (System.nanoTime() - deadlineNs > 0) {
                process.close();
                throw new IOException(peer.program() + " does not listen on " + address);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static boolean isListening(SocketAddress address) {
        boolean isUnix = address instanceof UnixDomainSocketAddress;
        try (SocketChannel channel = isUnix
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open(StandardProtocolFamily.INET)) {
            return channel.connect(address);
        } catch (IOException e) {
            return false; // not yet
        }
    }
}
