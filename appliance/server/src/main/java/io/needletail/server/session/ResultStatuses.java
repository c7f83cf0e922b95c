package io.needletail.server.session;

import io.needletail.protocol.ResultStatus;
import io.needletail.registry.view.Status;

/** A status as the schema's codecs want it: looked up once, not searched for in each answer. */
final class ResultStatuses {
    private static final ResultStatus[] ALL = all();

    private ResultStatuses() {}

    static ResultStatus of(int status) {
        return ALL[status];
    }

    private static ResultStatus[] all() {
        ResultStatus[] statuses = new ResultStatus[Status.count()];
        for (int i = 0; i < statuses.length; i++) {
            statuses[i] = ResultStatus.get((short) i);
        }
        return statuses;
    }
}
