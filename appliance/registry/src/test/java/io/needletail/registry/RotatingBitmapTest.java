package io.needletail.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.needletail.testing.Seed;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RotatingBitmapTest {
    @Test
    void shouldTakeEveryFreeThingOnceBeforeAnyTwice() {
        RotatingBitmap bitmap = new RotatingBitmap(5000);
        bitmap.freeAll();
        ArrayDeque<Long> recent = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            long index = bitmap.peek();
            assertThat(recent).doesNotContain(index);
            bitmap.takePeeked(index);
            bitmap.free(index);
            recent.add(index);
            if (recent.size() > 4999) {
                recent.remove();
            }
        }
    }

    @Test
    void shouldAgreeWithASetUnderRandomUse() {
        SplittableRandom random = new SplittableRandom(Seed.of(5));
        for (int size : new int[] {0, 1, 63, 64, 65, 4096, 4097, 300_000}) {
            RotatingBitmap bitmap = new RotatingBitmap(size);
            bitmap.freeAll();
            Set<Long> taken = new HashSet<>();
            for (int i = 0; i < 20_000; i++) {
                if (random.nextInt(3) > 0) {
                    long index = bitmap.peek();
                    assertThat(index < 0).isEqualTo(taken.size() == size);
                    if (index >= 0) {
                        bitmap.takePeeked(index);
                        assertThat(taken.add(index)).isTrue();
                    }
                } else if (!taken.isEmpty()) {
                    long index = taken.iterator().next();
                    bitmap.free(index);
                    taken.remove(index);
                }
                assertThat(bitmap.freeCount()).isEqualTo(size - taken.size());
            }
        }
    }
}
