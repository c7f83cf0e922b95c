package io.needletail.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HugePageStoreTest {
    private static final long PAGE = 2 << 20;

    @Test
    void shouldRoundUpToWholePages() {
        HugePageStore store = new HugePageStore(PAGE, 0);
        assertThat(store.roundUp(1)).isEqualTo(PAGE);
        assertThat(store.roundUp(PAGE)).isEqualTo(PAGE);
        assertThat(store.roundUp(PAGE + 1)).isEqualTo(2 * PAGE);
        assertThat(store.pages(5 * PAGE - 1)).isEqualTo(5);
        assertThatThrownBy(() -> new HugePageStore(3, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldCountPagesThatAreFreeAndNotPromised(@TempDir Path pools) throws IOException {
        Path pool = Files.createDirectory(pools.resolve("hugepages-2048kB"));
        Files.writeString(pool.resolve("free_hugepages"), "7\n");
        Files.writeString(pool.resolve("resv_hugepages"), "3\n");
        assertThat(HugePageStore.of(new Store("hugetlbfs"), pools)).contains(new HugePageStore(PAGE, 4 * PAGE));
        assertThat(HugePageStore.of(new Store("tmpfs"), pools)).isEmpty();
    }

    /** A mount, as the JDK sees it. */
    private static final class Store extends FileStore {
        private final String type;

        Store(String type) {
            this.type = type;
        }

        @Override
        public String name() {
            return "none";
        }

        @Override
        public String type() {
            return type;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public long getTotalSpace() {
            return 0;
        }

        @Override
        public long getUsableSpace() {
            return 0;
        }

        @Override
        public long getUnallocatedSpace() {
            return 0;
        }

        @Override
        public long getBlockSize() {
            return PAGE;
        }

        @Override
        public boolean supportsFileAttributeView(Class<? extends FileAttributeView> view) {
            return false;
        }

        @Override
        public boolean supportsFileAttributeView(String name) {
            return false;
        }

        @Override
        public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> view) {
            return null;
        }

        @Override
        public Object getAttribute(String attribute) {
            throw new UnsupportedOperationException(attribute);
        }
    }
}
