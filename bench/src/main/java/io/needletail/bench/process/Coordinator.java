package io.needletail.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that started this one, as seen from here: it says a word a line on standard input, and reads one a line from
 * standard output. The end of the input means that it is gone, and so is this process.
 */
public final class Coordinator {
    private static final long WAIT_NS = 1_000_000;
    private static final ConcurrentLinkedQueue<String> WORDS = new ConcurrentLinkedQueue<>();

    private Coordinator() {}

    /** What a process does for its coordinator. */
    @FunctionalInterface
    public interface Body {
        void run() throws Exception;
    }

    /** Runs the process's part and ends the process, whatever other threads there are: 0, or 1 and the reason. */
    public static void run(Body body) {
        listen();
        try {
            body.run();
            System.exit(0);
        } catch (Exception | AssertionError e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    /** Begins to listen; once a process. */
    private static void listen() {
        Thread listener = new Thread(Coordinator::readWords, "coordinator");
        listener.setDaemon(true);
        listener.start();
    }

    private static void readWords() {
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in))) {
            for (String word = input.readLine(); word != null; word = input.readLine()) {
                WORDS.add(word);
            }
            System.exit(1);
        } catch (IOException e) {
            System.exit(1);
        }
    }

    /** Waits for the word, doing something small meanwhile: a session lives only while it is polled. */
    public static void await(String word, Runnable meanwhile) {
        String told = next(meanwhile);
        if (!told.equals(word)) {
            throw new IllegalStateException("expected=" + word + " was=" + told);
        }
    }

    /** Waits for the next word, whatever it is. */
    public static String next(Runnable meanwhile) {
        while (!isTold()) {
            meanwhile.run();
            LockSupport.parkNanos(WAIT_NS);
        }
        return WORDS.remove();
    }

    /** Whether the coordinator has said something. */
    public static boolean isTold() {
        return !WORDS.isEmpty();
    }

    public static void say(String word) {
        System.out.println(word);
        System.out.flush();
    }

    /** Arguments of the form {@code name=value}, from the second on. */
    public static Map<String, String> settings(String[] arguments) {
        Map<String, String> settings = new HashMap<>();
        for (int i = 1; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            settings.put(arguments[i].substring(0, equals), arguments[i].substring(equals + 1));
        }
        return settings;
    }
}
