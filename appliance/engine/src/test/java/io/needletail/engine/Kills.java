package io.needletail.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.registry.StoreProbe;
import io.needletail.registry.view.RegionFault;
import io.needletail.registry.view.RegionHeader;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** Kills between two stores, and what a process finds that comes after. */
final class Kills {
    /** A process that was killed. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    private Kills() {}

    /** True when the action was stopped before its n-th store; false when it needed fewer. */
    static boolean runKilledAt(long store, Runnable action) {
        long[] left = {store};
        StoreProbe.install((address, lengthBytes) -> {
            if (left[0]-- == 0) {
                throw new Killed();
            }
        });
        try {
            action.run();
            return false;
        } catch (Killed killed) {
            return true;
        } finally {
            remove();
        }
    }

    /** Nothing is killed any more. */
    static void remove() {
        StoreProbe.remove();
    }

    static ShardEngine attach(MemorySegment region) {
        assertThat(RegionHeader.validate(region)).isEqualTo(RegionFault.NONE);
        ShardEngine engine = ShardEngine.attach(region);
        assertThat(engine.report().fault()).isEqualTo(RegionFault.NONE);
        engine.serve();
        return engine;
    }

    static Map<String, String> stateOf(ShardEngine engine) {
        return ShardOracle.printable(ShardOracle.stateOf(engine, ShardOracle.allKeys()));
    }
}
