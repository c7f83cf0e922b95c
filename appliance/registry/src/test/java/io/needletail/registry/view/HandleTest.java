package io.needletail.registry.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.testing.Seed;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HandleTest {
    private static final long MOST_SLOTS = 1L << 32;

    private final SplittableRandom random = new SplittableRandom(Seed.of(11));

    @Test
    void shouldNameNoSlotWhenItIsAnotherShards() {
        for (int shard = 0; shard <= Handle.MAX_SHARD; shard++) {
            for (int other = 0; other < 256; other++) {
                long slot = random.nextLong(MOST_SLOTS);
                long handle = (long) other << 56 | random.nextLong(1L << 24) << 32 | slot;
                long seen = Handle.ownSlot(Handle.own(handle, shard));
                if (other == shard) {
                    assertThat(seen).isEqualTo(slot);
                    assertThat(Handle.ownGeneration(Handle.own(handle, shard))).isEqualTo(Handle.generation(handle));
                } else {
                    assertThat(Long.compareUnsigned(seen, MOST_SLOTS)).isPositive();
                }
            }
        }
    }

    @Test
    void shouldTellTheKindOfASlotOfItsGenerationOnly() {
        for (int kind = SlotLayout.KIND_FREE; kind <= SlotLayout.KIND_SLAB; kind++) {
            int generation = random.nextInt(Handle.MAX_GENERATION + 1);
            int word = SlotLayout.word(generation, kind);
            assertThat(SlotLayout.kindIn(word, generation)).isEqualTo(kind);
            assertThat(SlotLayout.kindIn(word | SlotLayout.TTL, generation)).isEqualTo(kind);
            for (int bit = 0; bit < 24; bit++) {
                int other = generation ^ 1 << bit;
                assertThat(isKind(SlotLayout.kindIn(word, other))).isFalse();
                assertThat(isKind(SlotLayout.kindIn(word | SlotLayout.TTL, other)))
                        .isFalse();
            }
        }
    }

    private static boolean isKind(int kind) {
        return kind >= 0 && kind < 32;
    }
}
