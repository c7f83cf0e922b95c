package io.needletail.rdma.cli;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** The connection over which two sides agree, and by whose end each learns of the other's. */
final class ControlLink implements AutoCloseable {
    private static final int TIMEOUT_MS = 10_000;

    private final Socket socket;
    private volatile boolean isEnded;

    private ControlLink(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
    }

    /** @param where HOST:PORT */
    static InetSocketAddress parse(String where) {
        int colon = where.lastIndexOf(':');
        String port = where.substring(colon + 1);
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 0xFFFF) {
            throw new IllegalArgumentException(where + " is not HOST:PORT, nor PORT");
        }
        return new InetSocketAddress(colon < 0 ? "0.0.0.0" : where.substring(0, colon), Integer.parseInt(port));
    }

    /**
     * Waits for one, and says where it can be reached.
     *
     * @param seconds no longer; 0 for ever
     */
    static ControlLink accept(InetSocketAddress where, int seconds) throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(where, 1);
            server.setSoTimeout((int) TimeUnit.SECONDS.toMillis(seconds));
            System.out.println("listening " + server.getInetAddress().getHostAddress() + ":" + server.getLocalPort());
            System.out.flush();
            return new ControlLink(server.accept());
        }
    }

    static ControlLink connect(InetSocketAddress where) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(where, TIMEOUT_MS);
            return new ControlLink(socket);
        } catch (IOException e) {
            socket.close();
            throw new IOException(where + ": " + e.getMessage() + "; start the other side there with --listen", e);
        }
    }

    /** Of this side, as the other reaches it. */
    String localAddress() {
        InetAddress local = socket.getLocalAddress();
        return local.getHostAddress();
    }

    void send(Terms terms) throws IOException {
        terms.write(new DataOutputStream(socket.getOutputStream()));
    }

    Terms receive() throws IOException {
        try {
            return Terms.read(new DataInputStream(socket.getInputStream()));
        } catch (EOFException e) {
            throw new IOException("the other side ended before it answered; what it says there is why", e);
        }
    }

    /** From here on only the end is waited for. */
    void watch() throws IOException {
        socket.setSoTimeout(0);
        Thread watcher = new Thread(this::awaitEnd, "end of the other side");
        watcher.setDaemon(true);
        watcher.start();
    }

    private void awaitEnd() {
        try {
            socket.getInputStream().readNBytes(1); // a byte that nobody asked for ends it, too
            isEnded = true;
        } catch (IOException e) {
            isEnded = true;
        }
    }

    boolean isEnded() {
        return isEnded;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
