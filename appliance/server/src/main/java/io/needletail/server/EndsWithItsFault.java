package io.needletail.server;

import java.util.function.Consumer;
import org.agrona.concurrent.Agent;

/** An agent that does nothing any more behind the first fault it had, which it tells once. */
final class EndsWithItsFault implements Agent {
    private final Agent agent;
    private final Consumer<Throwable> onFault;
    private boolean hasEnded;

    EndsWithItsFault(Agent agent, Consumer<Throwable> onFault) {
        this.agent = agent;
        this.onFault = onFault;
    }

    @Override
    public int doWork() throws Exception {
        if (hasEnded) {
            return 0;
        }
        try {
            return agent.doWork();
        } catch (RuntimeException | Error e) {
            hasEnded = true;
            onFault.accept(e);
            return 0;
        }
    }

    @Override
    public void onStart() {
        agent.onStart();
    }

    @Override
    public void onClose() {
        agent.onClose();
    }

    @Override
    public String roleName() {
        return agent.roleName();
    }
}
