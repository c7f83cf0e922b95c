package io.needletail.bench.ipc;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.needletail.bench.process.RoleProcess;
import java.io.IOException;

/** A client that plays against a server, both stopped while it is others' turn. */
public final class ClientTurn implements Turn {
    private static final long TURN_SECONDS = 120;

    private final String subject;
    private final IpcPlan plan;
    private final int roundTrips;
    private final IpcScores scores;
    private final RoleProcess client;
    private final RoleProcess server;

    /** Stops both. */
    ClientTurn(String subject, IpcPlan plan, int roundTrips, IpcScores scores, RoleProcess client, RoleProcess server)
            throws IOException, InterruptedException {
        this.subject = subject;
        this.plan = plan;
        this.roundTrips = roundTrips;
        this.scores = scores;
        this.client = client;
        this.server = server;
        pause();
    }

    @Override
    public void warmUp() throws IOException, InterruptedException {
        tell(plan.warms() ? "warm" : "touch", "warm");
    }

    @Override
    public void play() throws IOException, InterruptedException {
        String answer = tell("measure " + roundTrips, RoundTripRole.RESULT);
        scores.add(subject, new ObjectMapper().readTree(answer.substring(RoundTripRole.RESULT.length())));
    }

    private String tell(String word, String expected) throws IOException, InterruptedException {
        resume();
        try {
            client.tell(word);
            return client.await(expected, TURN_SECONDS);
        } finally {
            pause();
        }
    }

    @Override
    public void resume() throws IOException, InterruptedException {
        server.resume();
        client.resume();
    }

    @Override
    public void pause() throws IOException, InterruptedException {
        client.pause();
        server.pause();
    }
}
