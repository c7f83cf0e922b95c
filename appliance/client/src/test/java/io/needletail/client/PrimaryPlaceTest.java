package io.needletail.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrimaryPlaceTest {
    @TempDir
    private Path membership;

    @Test
    void shouldBeReplacedByALaterOneOnly() {
        new PrimaryPlace(5, Path.of("/a=b c")).write(membership);
        assertThat(PrimaryPlace.read(membership)).isEqualTo(new PrimaryPlace(5, Path.of("/a=b c")));
        new PrimaryPlace(4, Path.of("/earlier")).write(membership);
        assertThat(PrimaryPlace.read(membership).epoch()).isEqualTo(5);
        new PrimaryPlace(6, Path.of("/later")).write(membership);
        assertThat(PrimaryPlace.read(membership)).isEqualTo(new PrimaryPlace(6, Path.of("/later")));
    }

    @Test
    void shouldSayThatNobodyIsReachedWhereThereIsNoneOrADamagedOne() throws IOException {
        assertThatThrownBy(() -> PrimaryPlace.read(membership))
                .isInstanceOf(SessionException.class)
                .hasMessageContaining("no primary has served");
        for (String damaged : new String[] {"", "epoch=x\nfolder=/a", "epoch=1", "\\uZZZZ"}) {
            Files.writeString(membership.resolve("primary"), damaged);
            assertThatThrownBy(() -> PrimaryPlace.read(membership))
                    .as(damaged)
                    .isInstanceOf(SessionException.class)
                    .hasMessageContaining("does not say");
            new PrimaryPlace(1, Path.of("/mended")).write(membership);
            assertThat(PrimaryPlace.read(membership).folder()).isEqualTo(Path.of("/mended"));
        }
    }
}
