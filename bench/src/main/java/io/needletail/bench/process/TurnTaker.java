package io.needletail.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A measuring process's side of taking turns: waits until it may measure, and says when it is done. Without a coordinator
 * (a benchmark run by hand) it is always its turn.
 */
public final class TurnTaker implements AutoCloseable {
    /** System property with the coordinator's port on the loopback interface. */
    public static final String PORT_PROPERTY = "needletail.bench.turns";

    private final Socket socket;
    private final BufferedReader input;

    private TurnTaker(Socket socket, BufferedReader input) {
        this.socket = socket;
        this.input = input;
    }

    public static TurnTaker connect(String name) throws IOException {
        int port = Integer.getInteger(PORT_PROPERTY, 0);
        if (port == 0) {
            return new TurnTaker(null, null);
        }
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        TurnTaker taker = new TurnTaker(
                socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
        taker.say(name);
        return taker;
    }

    /** Returns when it is this process's turn; ends the process when the coordinator is gone. */
    public void await() throws IOException {
        if (input != null && input.readLine() == null) {
            System.exit(1);
        }
    }

    /** Ends the turn and tells what an operation allocated. */
    public void end(double allocatedPerOperation) throws IOException {
        if (socket != null) {
            say(Double.toString(allocatedPerOperation));
        }
    }

    private void say(String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
    }
}
