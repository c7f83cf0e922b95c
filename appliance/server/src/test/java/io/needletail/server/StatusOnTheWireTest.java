package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.protocol.ResultStatus;
import io.needletail.registry.view.Status;
import org.junit.jupiter.api.Test;

class StatusOnTheWireTest {
    @Test
    void shouldNumberAndNameStatusesOnTheWireAsInJava() {
        assertThat(ResultStatus.values()).hasSize(Status.count() + 1); // and NULL_VAL
        for (int status = 0; status < Status.count(); status++) {
            assertThat(ResultStatus.get((short) status).name()).isEqualTo(Status.name(status));
        }
    }
}
