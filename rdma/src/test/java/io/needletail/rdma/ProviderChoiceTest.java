package io.needletail.rdma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProviderChoiceTest {
    @Test
    void shouldTakeACardBeforeANetworkAndNeverSharedMemoryUnasked() {
        assertThat(ProviderChoice.of(List.of("shm", "tcp;ofi_rxm", "efa", "verbs;ofi_rxm"))
                        .provider())
                .isEqualTo("verbs;ofi_rxm");
        assertThat(ProviderChoice.of(List.of("tcp;ofi_rxm", "efa")).provider()).isEqualTo("efa");
        ProviderChoice software = ProviderChoice.of(List.of("udp;ofi_rxd", "shm", "tcp;ofi_rxm"));
        assertThat(software.provider()).isEqualTo("tcp;ofi_rxm");
        assertThat(software.reason()).contains("no card");
        assertThatThrownBy(() -> ProviderChoice.of(List.of("shm"))).hasMessageContaining("shm");
        assertThat(ProviderChoice.named("shm").provider()).isEqualTo("shm");
    }
}
