package io.needletail.demo;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of the demo: {@code feed} or {@code strategy}, with {@code name=value} arguments. It says on standard output where
 * it is ({@code warm}, {@code reading}, {@code done}) and waits on standard input for {@code go} and {@code stop}.
 */
public final class RoleMain {
    private static final long WAIT_NS = 1_000_000;

    private RoleMain() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, String> settings = new HashMap<>();
        for (int i = 1; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            settings.put(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
        }
        switch (arguments[0]) {
            case "feed" -> new FeedRole(settings).run();
            case "strategy" -> new StrategyRole(settings).run();
            default -> throw new IllegalArgumentException("role=" + arguments[0]);
        }
    }

    /** Waits for the coordinator's word, doing something small meanwhile: a session lives only while it is polled. */
    static void await(String word, Runnable meanwhile) throws java.io.IOException {
        while (System.in.available() == 0) {
            meanwhile.run();
            LockSupport.parkNanos(WAIT_NS);
        }
        await(word);
    }

    /** Waits for the coordinator's word; the end of the input means that it is gone, and so is this process. */
    static void await(String word) throws java.io.IOException {
        StringBuilder line = new StringBuilder();
        for (int c = System.in.read(); c != '\n'; c = System.in.read()) {
            if (c < 0) {
                System.exit(1);
            }
            line.append((char) c);
        }
        if (!line.toString().equals(word)) {
            throw new IllegalStateException("expected=" + word + " was=" + line);
        }
    }

    static void say(String word) {
        System.out.println(word);
        System.out.flush();
    }
}
