package io.needletail.server;

import io.needletail.client.ResultHandler;
import io.needletail.client.Session;
import io.needletail.registry.view.Entry;
import io.needletail.registry.view.Key;
import io.needletail.registry.view.Status;
import io.needletail.registry.view.Value;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;

/**
 * The client of the {@link WarmUp}: asks for one thing after the other, each answer checked, on the thread of the shard that
 * answers. Another thread brings the session and waits for the end.
 */
final class WarmUpClient implements Agent, ResultHandler {
    /** Of one request each; behind them come those of {@link WarmUpBatches}. */
    private static final int SINGLE_STEPS = 14;

    private static final int STEPS = SINGLE_STEPS + WarmUpBatches.STEPS;
    /** Of a request that has not been sent yet. */
    private static final long NONE = 0;

    private final Key key = new Key("warm-up");
    private final Key missing = new Key("warm-up, missing and longer than a slot holds");
    private final Value shortValue = new Value(16);
    private final Value longValue = new Value(64);
    private final WarmUpBatches batches = new WarmUpBatches();
    private final int rounds;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Written before {@link #session}, which the shard's thread reads first. */
    private long deadlineNs;

    private volatile Session session;
    private boolean hasBegun;
    private int round;
    private int step;
    private long asked = NONE;
    private long handle;
    private boolean isOver;
    private boolean wasCut;
    private String wrong;

    WarmUpClient(int rounds) {
        this.rounds = rounds;
        shortValue.resize(16);
        longValue.resize(64);
    }

    /**
     * Hands the session to the shard's thread and waits until it has done its rounds, or its time is up.
     *
     * @return how far it came, for the log
     * @throws IllegalStateException when an answer was wrong
     */
    String play(Session open, long timeNs, long patienceNs) {
        deadlineNs = System.nanoTime() + timeNs;
        session = open;
        boolean inTime = awaitEnd(timeNs + patienceNs);
        session = null;
        if (!inTime && !awaitEnd(patienceNs)) { // until then it is the shard's thread that has the session
            throw new IllegalStateException("warm-up: the shard's thread stands still");
        }
        if (wrong != null) {
            throw new IllegalStateException("warm-up: " + wrong);
        }
        long spentMs = (System.nanoTime() - deadlineNs + timeNs) / 1_000_000;
        return round + " of " + rounds + " rounds in " + spentMs + " ms" + (wasCut ? ", then its session ended" : "");
    }

    private boolean awaitEnd(long patienceNs) {
        try {
            return ended.await(patienceNs, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while warming up", e);
        }
    }

    @Override
    public int doWork() {
        Session mine = session;
        if (mine == null || ended.getCount() == 0) {
            return hasBegun ? end() : 0;
        }
        hasBegun = true;
        if (asked == NONE) {
            ask(mine);
            return 1;
        }
        if (mine.poll(this, 1) == Session.CLOSED && !isOver) {
            wasCut = true;
        }
        return isOver || wasCut ? end() : 1; // not within the poll: whoever waits for the end closes the session
    }

    private void ask(Session mine) {
        long id = send(mine);
        if (id > 0) {
            asked = id;
        } else if (id == Session.CLOSED) {
            wasCut = true;
            end();
        }
    }

    private long send(Session mine) {
        return switch (step) {
            case 0, 1 -> mine.insert(key, shortValue);
            case 2 -> mine.put(handle, shortValue);
            case 3, 6, 9 -> mine.get(handle);
            case 4 -> mine.get(key);
            case 5 -> mine.put(key, longValue);
            case 7 -> mine.get(missing);
            case 8 -> mine.delete(handle);
            case 10 -> mine.resolve(key, true);
            case 11 -> mine.put(missing, longValue);
            case 12 -> mine.delete(missing);
            case 13 -> mine.delete(key);
            default -> batches.send(mine, step - SINGLE_STEPS, round);
        };
    }

    private int expected() {
        return switch (step) {
            case 1 -> Status.EXISTS;
            case 7 -> Status.NOT_FOUND;
            case 9 -> Status.STALE_HANDLE;
            default -> Status.OK;
        };
    }

    @Override
    public void onResult(long correlationId, int status, Entry entry) {
        if (correlationId == asked && isRight(status, expected())) {
            handle = step == 0 ? entry.handle() : handle;
            nextStep();
        }
    }

    @Override
    public void onBatchEntry(long correlationId, int index, int status, Entry entry) {
        if (correlationId == asked && isRight(status, batches.expected(step - SINGLE_STEPS, index))) {
            batches.onEntry(step - SINGLE_STEPS, index, entry);
        }
    }

    @Override
    public void onBatchEnd(long correlationId, int status) {
        if (correlationId == asked && !isOver && isRight(status, Status.OK)) {
            nextStep();
        }
    }

    private boolean isRight(int status, int expected) {
        if (status == expected) {
            return true;
        }
        if (status == Status.UNKNOWN) { // the session ends, and says so of what it was asked
            wasCut = true;
            isOver = true;
            return false;
        }
        wrong = "step " + step + ": status=" + Status.name(status) + " expected=" + Status.name(expected);
        isOver = true;
        return false;
    }

    private void nextStep() {
        asked = NONE;
        step = (step + 1) % STEPS;
        if (step == 0) {
            nextRound();
        }
    }

    private void nextRound() {
        round++;
        shortValue.putLong(0, round);
        if (round == rounds || System.nanoTime() - deadlineNs > 0) {
            isOver = true;
        }
    }

    private int end() {
        ended.countDown();
        return 0;
    }

    @Override
    public String roleName() {
        return "warm-up";
    }
}
