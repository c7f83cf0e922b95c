package io.needletail.bench.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuestionsTest {
    @Test
    void shouldAskForEveryEntryOnceARound() {
        Questions questions = new Questions(1024);
        Set<Integer> asked = new HashSet<>();
        for (int place = 0; place <= questions.mask(); place++) {
            asked.add(questions.at(place));
        }
        assertThat(asked).hasSize(1024);
    }

    @Test
    void shouldAskInTheSameOrderInEveryProcess() {
        Questions one = new Questions(256);
        Questions other = new Questions(256);
        for (int place = 0; place < 256; place++) {
            assertThat(other.at(place)).isEqualTo(one.at(place));
            assertThat(other.key0(place)).isEqualTo(one.key0(place));
            assertThat(other.expected(place)).isEqualTo(one.expected(place));
        }
    }

    @Test
    void shouldNotAskInTheOrderOfTheEntries() {
        Questions questions = new Questions(1024);
        int inOrder = 0;
        for (int place = 1; place < 1024; place++) {
            inOrder += questions.at(place) == questions.at(place - 1) + 1 ? 1 : 0;
        }
        assertThat(inOrder).isLessThan(16);
    }

    @Test
    void shouldLineKeysAndHandlesUpWithTheOrder() {
        Questions questions = new Questions(64, 16);
        long[] handles = new long[64];
        for (int i = 0; i < 64; i++) {
            handles[i] = 1000 + i;
        }
        assertThat(questions.inOrder(handles)).hasSize(16);
        for (int place = 0; place < 16; place++) {
            assertThat(questions.inOrder(handles)[place]).isEqualTo(1000 + questions.at(place));
            assertThat(questions.keysInOrder()[2 * place]).isEqualTo(questions.key0(questions.at(place)));
        }
    }

    @Test
    void shouldRefuseCountsThatAreNoPowersOfTwo() {
        assertThatThrownBy(() -> new Questions(1000)).hasMessageContaining("entries=1000");
        assertThatThrownBy(() -> new Questions(16, 32)).hasMessageContaining("asked=32");
    }
}
