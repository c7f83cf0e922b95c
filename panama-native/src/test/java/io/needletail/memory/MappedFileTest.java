package io.needletail.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
    @TempDir
    private Path folder;

    @Test
    void shouldShowAReaderWhatTheOwnerWrote() throws IOException {
        Path path = folder.resolve("region");
        try (MappedFile owner = MappedFile.create(path, 8192);
                MappedFile reader = MappedFile.openReadOnly(path)) {
            owner.segment().set(ValueLayout.JAVA_LONG, 4096, 42L);
            assertThat(reader.segment().get(ValueLayout.JAVA_LONG, 4096)).isEqualTo(42L);
            assertThat(reader.segment().isReadOnly()).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void shouldRefuseASecondOwnerAndAFileThatExists() throws IOException {
        Path path = folder.resolve("region");
        try (MappedFile owner = MappedFile.create(path, 4096)) {
            assertThat(owner.lengthBytes()).isEqualTo(4096);
            assertThatThrownBy(() -> MappedFile.openOwned(path)).isInstanceOf(MappedFile.FileInUseException.class);
            assertThatThrownBy(() -> MappedFile.create(path, 4096)).isInstanceOf(IOException.class);
        }
        try (MappedFile again = MappedFile.openOwned(path)) {
            assertThat(again.lengthBytes()).isEqualTo(4096);
        }
    }

    @Test
    void shouldRefuseWhatDoesNotFitAndSayHowMuchIsMissing() {
        assertThatThrownBy(() -> MappedFile.create(folder.resolve("huge"), 1L << 60))
                .hasMessageContaining("needBytes")
                .hasMessageContaining("usableBytes");
        assertThat(folder.resolve("huge")).doesNotExist();
    }

    @Test
    void shouldReplaceALinkAndNeverAFile() throws IOException {
        Path link = folder.resolve("link");
        PrivateFiles.link(link, Path.of("/one"));
        PrivateFiles.link(link, Path.of("/two"));
        assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("/two"));
        Path file = Files.writeString(folder.resolve("file"), "precious");
        assertThatThrownBy(() -> PrivateFiles.link(file, Path.of("/one"))).isInstanceOf(IOException.class);
        assertThat(file).hasContent("precious");
    }

    @Test
    void shouldDeleteATreeWithoutFollowingLinks() throws IOException {
        Path kept = Files.createDirectory(folder.resolve("kept"));
        Files.writeString(kept.resolve("file"), "x");
        Path tree = PrivateFiles.createFolder(folder.resolve("tree"));
        PrivateFiles.link(tree.resolve("link"), kept);
        PrivateFiles.write(tree.resolve("file"), "y");
        PrivateFiles.deleteTree(tree);
        assertThat(tree).doesNotExist();
        assertThat(kept.resolve("file")).exists();
    }
}
