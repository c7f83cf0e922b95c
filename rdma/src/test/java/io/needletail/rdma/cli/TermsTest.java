package io.needletail.rdma.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.rdma.RemoteRegion;
import io.needletail.testing.Seed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a stranger says is taken whole or not at all. */
class TermsTest {
    private static final long SEED = 7001;

    private static byte[] bytesOf(Terms terms) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        terms.write(new DataOutputStream(out));
        return out.toByteArray();
    }

    private static Terms read(byte[] bytes) throws IOException {
        return Terms.read(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    private static Terms terms() {
        return new Terms(
                Terms.Operation.READ_LATENCY,
                "tcp;ofi_rxm",
                64,
                1_000,
                new byte[] {1, 2, 3},
                new RemoteRegion(4096, 7, 64),
                new RemoteRegion(0, -8, 128));
    }

    @Test
    void shouldReadWhatTheOtherSideWrote() throws IOException {
        Terms read = read(bytesOf(terms()));
        assertThat(read).usingRecursiveComparison().isEqualTo(terms());
    }

    @Test
    void shouldRefuseOrTakeWholeWhateverBytesCome() throws IOException {
        SplittableRandom random = new SplittableRandom(Seed.of(SEED));
        byte[] right = bytesOf(terms());
        int taken = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = right.clone();
            for (int flips = random.nextInt(3); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Terms terms = read(bytes);
                taken++;
                assertThat(Terms.isLength(terms.bytes())).isTrue();
                assertThat(terms.rounds()).isBetween(1, Terms.MAX_ROUNDS);
                assertThat(terms.inbox().holds(0, terms.bytes())).isTrue();
                assertThat(terms.outbox().holds(0, terms.bytes())).isTrue();
            } catch (IOException e) {
                assertThat(e.getMessage() == null || e.getMessage().startsWith("what the other side says"))
                        .as(e.toString())
                        .isTrue();
            }
        }
        assertThat(taken).isBetween(1_000, 99_000);
    }
}
