package io.needletail.bench.limits;

import io.needletail.server.Counter;
import io.needletail.server.limits.Limit;
import java.util.function.LongSupplier;
import org.agrona.concurrent.status.CountersReader;

/**
 * A limit, and how a session gets beyond it.
 *
 * @param limit of the table
 * @param proof goes up whenever somebody gets there
 * @param served what the neighbour asks before every measured get, and is given
 * @param refused the same kind of request beyond the limit
 * @param guest who comes and goes while {@code served} is measured, and is welcome; or null
 * @param stranger who comes and goes while {@code refused} is measured, and is not; or null
 */
record Excess(Limit limit, LongSupplier proof, Runnable served, Runnable refused, Stranger guest, Stranger stranger) {
    /** Proven by the limit's counter. */
    record Counted(CountersReader counters) {
        /** The neighbour itself asks for too much. */
        Excess byNeighbour(Limit limit, Runnable served, Runnable refused) {
            return new Excess(limit, value(limit.counter()), served, refused, null, null);
        }

        /** The neighbour asks for what it is given; somebody else does not. */
        Excess byStranger(Limit limit, Runnable served, Stranger guest, Stranger stranger) {
            return new Excess(limit, value(limit.counter()), served, served, guest, stranger);
        }

        LongSupplier value(Counter counter) {
            return counter == null ? () -> 0 : () -> counters.getCounterValue(counter.ordinal());
        }
    }

    /** Where the limit has no counter, or one that only goes up with the session's end. */
    Excess provenBy(LongSupplier other) {
        return new Excess(limit, other, served, refused, guest, stranger);
    }
}
