package io.needletail.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of the demo: {@code feed} or {@code strategy}, with {@code name=value} arguments. It says on standard output where
 * it is ({@code warm}, {@code reading}, {@code done}) and waits on standard input for {@code go} and {@code stop}.
 */
public final class RoleMain {
    private static final long WAIT_NS = 1_000_000;
    private static final ConcurrentLinkedQueue<String> WORDS = new ConcurrentLinkedQueue<>();

    private RoleMain() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, String> settings = new HashMap<>();
        for (int i = 1; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            settings.put(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
        }
        listen();
        switch (arguments[0]) {
            case "feed" -> new FeedRole(settings).run();
            case "strategy" -> new StrategyRole(settings).run();
            default -> throw new IllegalArgumentException("role=" + arguments[0]);
        }
    }

    /** Listens to the coordinator; the end of the input means that it is gone, and so is this process. */
    private static void listen() {
        Thread listener = new Thread(
                () -> {
                    try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in))) {
                        for (String word = input.readLine(); word != null; word = input.readLine()) {
                            WORDS.add(word);
                        }
                        System.exit(1);
                    } catch (IOException e) {
                        System.exit(1);
                    }
                },
                "coordinator");
        listener.setDaemon(true);
        listener.start();
    }

    /** Waits for the coordinator's word, doing something small meanwhile: a session lives only while it is polled. */
    static void await(String word, Runnable meanwhile) {
        while (!isTold()) {
            meanwhile.run();
            LockSupport.parkNanos(WAIT_NS);
        }
        String told = WORDS.remove();
        if (!told.equals(word)) {
            throw new IllegalStateException("expected=" + word + " was=" + told);
        }
    }

    /** Whether the coordinator has said something. */
    static boolean isTold() {
        return !WORDS.isEmpty();
    }

    static void say(String word) {
        System.out.println(word);
        System.out.flush();
    }
}
