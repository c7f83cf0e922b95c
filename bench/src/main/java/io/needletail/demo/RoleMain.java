package io.needletail.demo;

import io.needletail.bench.process.Coordinator;
import java.util.Map;

/**
 * A process of the demo: {@code feed} or {@code strategy}, with {@code name=value} arguments. It says on standard output where
 * it is ({@code warm}, {@code reading}, {@code done}) and waits on standard input for {@code go} and {@code stop}.
 */
public final class RoleMain {
    private RoleMain() {}

    public static void main(String[] arguments) {
        Map<String, String> settings = Coordinator.settings(arguments);
        Coordinator.run(() -> {
            switch (arguments[0]) {
                case "feed" -> new FeedRole(settings).run();
                case "strategy" -> new StrategyRole(settings).run();
                default -> throw new IllegalArgumentException("role=" + arguments[0]);
            }
        });
    }
}
