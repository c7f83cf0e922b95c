package io.needletail.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnKeeperTest {
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    /** A process that answers each turn, played by a thread. */
    private Thread player(int port, String name, int turns) {
        Thread thread = new Thread(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                BufferedReader input = new BufferedReader(new InputStreamReader(socket.getInputStream()));
                socket.getOutputStream().write((name + "\n").getBytes());
                for (int i = 0; i < turns; i++) {
                    if (input.readLine() == null) {
                        return;
                    }
                    order.add(name);
                    socket.getOutputStream().write((i + ".5\n").getBytes());
                }
            } catch (IOException e) {
                order.add("broken");
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void shouldLetOneMeasureAtATimeAndTurnTheOrderRoundEveryRound() throws Exception {
        try (TurnKeeper turns = new TurnKeeper()) {
            List<Thread> players = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                players.add(player(turns.port(), name, 3));
            }
            turns.admit(List.of("a", "b", "c"), () -> false);
            turns.play(List.of("a", "b", "c"), 3, round -> {});
            for (Thread player : players) {
                player.join();
            }
            assertThat(order).containsExactly("a", "b", "c", "c", "b", "a", "a", "b", "c");
            assertThat(turns.allocatedPerOperation()).containsEntry("a", 2.5).containsEntry("c", 2.5);
        }
    }

    @Test
    void shouldSayWhoEndedInTheMiddleOfItsTurn() throws Exception {
        try (TurnKeeper turns = new TurnKeeper()) {
            Thread player = player(turns.port(), "a", 1);
            turns.admit(List.of("a"), () -> false);
            assertThatThrownBy(() -> turns.play(List.of("a"), 2, round -> {})).isInstanceOf(IOException.class);
            player.join();
        }
    }

    @Test
    void shouldNotWaitForAProcessThatHasFailed() throws Exception {
        try (TurnKeeper turns = new TurnKeeper()) {
            assertThatThrownBy(() -> turns.admit(List.of("a"), () -> true)).hasMessageContaining("failed");
        }
    }
}
