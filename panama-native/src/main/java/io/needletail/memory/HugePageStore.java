package io.needletail.memory;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file system of huge pages (hugetlbfs): its files consist of whole pages, which were set aside for it when the machine was
 * set up. Its own figures of what is free say nothing, those of the kernel's pool do.
 *
 * @param pageBytes of one of its pages
 * @param freeBytes that nobody has yet
 */
public record HugePageStore(long pageBytes, long freeBytes) {
    private static final Path POOLS = Path.of("/sys/kernel/mm/hugepages");

    public HugePageStore {
        if (Long.bitCount(pageBytes) != 1) {
            throw new IllegalArgumentException("pageBytes=" + pageBytes);
        }
    }

    /** Empty for a file system of any other kind. */
    public static Optional<HugePageStore> of(FileStore store) throws IOException {
        return of(store, POOLS);
    }

    static Optional<HugePageStore> of(FileStore store, Path pools) throws IOException {
        if (!store.type().equals("hugetlbfs")) {
            return Optional.empty();
        }
        long pageBytes = store.getBlockSize();
        Path pool = pools.resolve("hugepages-" + pageBytes / 1024 + "kB");
        long unused =
                pages(pool, "free_hugepages") - pages(pool, "resv_hugepages"); // promised to mappings not touched yet
        return Optional.of(new HugePageStore(pageBytes, unused * pageBytes));
    }

    private static long pages(Path pool, String counter) throws IOException {
        return Long.parseLong(Files.readString(pool.resolve(counter)).strip());
    }

    /** As long as a file with this much in it must be. */
    public long roundUp(long lengthBytes) {
        return (lengthBytes + pageBytes - 1) & -pageBytes;
    }

    /** How many pages that are. */
    public long pages(long lengthBytes) {
        return roundUp(lengthBytes) / pageBytes;
    }
}
