package io.needletail.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * The coordinator's side of taking turns. Processes connect over the loopback interface; then one at a time is told to
 * measure, round after round, every second round in the opposite order, so that a drift of the machine falls on all alike.
 */
public final class TurnKeeper implements AutoCloseable {
    private static final int LOOK_MS = 200;
    /** The longest that one turn may take. */
    private static final int TURN_TIMEOUT_MS = 60_000;

    /** The longest that filling the largest peers may take. */
    private static final long ADMIT_TIMEOUT_NS = 300_000_000_000L;

    private final ServerSocket server;
    private final Map<String, Socket> sockets = new LinkedHashMap<>();
    private final Map<String, BufferedReader> inputs = new LinkedHashMap<>();
    private final Map<String, Double> allocated = new TreeMap<>();

    public TurnKeeper() throws IOException {
        server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        server.setSoTimeout(LOOK_MS);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Waits until all of them are ready to measure; gives up when one of them has failed. */
    public void admit(List<String> names, BooleanSupplier hasFailed) throws IOException {
        long deadlineNs = System.nanoTime() + ADMIT_TIMEOUT_NS;
        while (!inputs.keySet().containsAll(names)) {
            if (hasFailed.getAsBoolean()) {
                throw new IOException("a measuring process failed before its first turn");
            }
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IOException("not ready in time: of " + names + " only " + inputs.keySet());
            }
            try {
                admit(server.accept());
            } catch (SocketTimeoutException e) {
                continue; // nobody yet: look again whether one has failed
            }
        }
    }

    private void admit(Socket socket) throws IOException {
        socket.setSoTimeout(TURN_TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        BufferedReader input =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        String name = input.readLine();
        sockets.put(name, socket);
        inputs.put(name, input);
    }

    /** Gives every process {@code rounds} turns, alternating; {@code progress} is told of each round. */
    public void play(List<String> names, int rounds, java.util.function.IntConsumer progress) throws IOException {
        for (int round = 0; round < rounds; round++) {
            progress.accept(round);
            for (String name : round % 2 == 0 ? names : names.reversed()) {
                turn(name);
            }
        }
    }

    private void turn(String name) throws IOException {
        sockets.get(name).getOutputStream().write("go\n".getBytes(StandardCharsets.UTF_8));
        String answer = inputs.get(name).readLine();
        if (answer == null) {
            throw new IOException(name + " ended in the middle of its turn");
        }
        allocated.put(name, Double.parseDouble(answer)); // of its last turn: the code is compiled by then
    }

    /** Heap bytes an operation took in the last turn, by process. */
    public Map<String, Double> allocatedPerOperation() {
        return allocated;
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets.values()) {
            socket.close();
        }
        server.close();
    }
}
