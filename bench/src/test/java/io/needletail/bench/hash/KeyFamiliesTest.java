package io.needletail.bench.hash;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.demo.OrderIds;
import io.needletail.registry.view.Key;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The keys of the hash's report are what their names say. */
class KeyFamiliesTest {
    private static final int COUNT = 5_000;

    private final Key key = new Key();

    @Test
    void shouldBuildKeysWithOneCrc() {
        CrcCollisions colliding = new CrcCollisions();
        Set<String> seen = new HashSet<>();
        for (int n = 0; n < COUNT; n++) {
            colliding.set(key, n);
            CRC32C oracle = new CRC32C();
            oracle.update(key.array(), 0, key.length());
            assertThat((int) oracle.getValue()).isEqualTo(CrcCollisions.CRC);
            seen.add(key.word0() + ":" + key.word1());
        }
        assertThat(seen).hasSize(COUNT);
    }

    @Test
    void shouldKnowTheCheckDigitOfAnIsin() {
        // Apple's, from the register: US037833100 and its check digit
        assertThat(KeyFamilies.checkDigit("US037833100")).isEqualTo(5);
        assertThat(KeyFamilies.checkDigit("AU0000XVGZA")).isEqualTo(3);
    }

    @Test
    void shouldHaveAsManyDifferentKeysAsItSays() throws Exception {
        for (KeyFamily family : KeyFamilies.all(COUNT, OrderIds.of(null))) {
            Set<String> seen = new HashSet<>();
            for (int n = 0; n < family.count(); n++) {
                family.keys().set(key, n);
                assertThat(key.length()).as(family.name()).isBetween(1, 16);
                seen.add(key.length() + ":" + key.word0() + ":" + key.word1());
            }
            assertThat(seen).as(family.name()).hasSize(family.count());
        }
    }
}
