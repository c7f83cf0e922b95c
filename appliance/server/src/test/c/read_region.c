/*
 * Reads every entry of a mapped region, written from spec/region.md alone. Prints "KEY<tab>VALUE" in hex, a line each.
 * usage: read_region FILE        exit 0 done, 1 not a whole region, 2 a slot could not be read
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const uint8_t *region;

static uint32_t u32(uint64_t at) { uint32_t v; memcpy(&v, region + at, 4); return v; }
static uint64_t u64(uint64_t at) { uint64_t v; memcpy(&v, region + at, 8); return v; }
static uint64_t live(uint64_t at) { return atomic_load_explicit((const _Atomic uint64_t *)(region + at), memory_order_acquire); }

static uint32_t crc_table[256];

static void fill_crc_table(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int bit = 0; bit < 8; bit++) c = c & 1 ? c >> 1 ^ 0x82F63B78u : c >> 1;
        crc_table[i] = c;
    }
}

static uint32_t crc32c(const uint8_t *bytes, size_t length) {
    uint32_t c = 0xFFFFFFFFu;
    for (size_t i = 0; i < length; i++) c = crc_table[(c ^ bytes[i]) & 0xFF] ^ c >> 8;
    return ~c;
}

static int fail(const char *why) {
    fprintf(stderr, "%s\n", why);
    return 1;
}

static int check_header(uint64_t file_length) {
    if (file_length < 8192 || u64(0) != 0x4C54454C4445454EULL) return fail("not a region");
    if (u32(12) != 2) return fail("another format");
    if (u32(4092) != crc32c(region, 4092)) return fail("header damaged");
    if (u64(40) != file_length || u32(36) != 16) return fail("cut, or damaged");
    return 0;
}

struct entry {
    uint8_t key[1 << 20], value[1 << 20];
    uint32_t key_length, value_length, kind;
};

/* Copies a block's bytes when the reference is within the slab; 0 when it is not. */
static int copy_block(uint64_t block, uint32_t length, uint8_t *target) {
    uint64_t class = block >> 56, index = block & 0xFFFFFFFFFFFFFFULL;
    if (class >= 16) return 0;
    uint64_t entry = 256 + 24 * class, block_length = u64(entry);
    if (index >= u64(entry + 8) || length > block_length || length > sizeof(((struct entry *)0)->value)) return 0;
    memcpy(target, region + u64(entry + 16) + index * block_length, length);
    return 1;
}

static int owner_lives(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)live(4224) >= (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* One attempt of the protocol; 0 when it must be repeated. */
static int attempt(uint64_t slot, uint64_t at, struct entry *entry, int *damaged) {
    uint64_t version = live(at);
    if (version & 1) return 0;
    uint8_t copy[64];
    memcpy(copy, region + at, 64);
    uint32_t word, checksum, value_crc, key_crc;
    uint64_t block, key_block;
    uint16_t key_length;
    memcpy(&checksum, copy + 8, 4);
    memcpy(&word, copy + 12, 4);
    memcpy(&block, copy + 16, 8);
    memcpy(&value_crc, copy + 28, 4);
    memcpy(&key_crc, copy + 40, 4);
    memcpy(&key_length, copy + 44, 2);
    memcpy(&key_block, copy + 48, 8);
    entry->kind = word >> 24 & 0x1F;
    entry->key_length = key_length;
    int whole = 1;
    if (entry->kind >= 2 && entry->kind <= 18) {
        entry->value_length = entry->kind - 2;
        memcpy(entry->value, copy + 16, 16);
    } else if (entry->kind == 19) {
        memcpy(&entry->value_length, copy + 24, 4);
        whole = copy_block(block, entry->value_length, entry->value);
    }
    if (key_length <= 16) memcpy(entry->key, copy + 48, 16);
    else whole &= copy_block(key_block, key_length, entry->key);
    atomic_thread_fence(memory_order_acquire);
    if (atomic_load_explicit((const _Atomic uint64_t *)(region + at), memory_order_relaxed) != version) return 0;
    if (entry->kind == 0) return 1;

    uint8_t sealed[52];
    uint32_t number = (uint32_t)slot;
    memcpy(sealed, region + 16, 16);
    memcpy(sealed + 16, region + 32, 4);
    memcpy(sealed + 20, &number, 4);
    memcpy(sealed + 24, &word, 4);
    memcpy(sealed + 28, &version, 8);
    memcpy(sealed + 36, copy + 16, 16);
    *damaged = !whole || crc32c(sealed, 52) != checksum || crc32c(entry->key, key_length) != key_crc
            || (entry->kind == 19 && crc32c(entry->value, entry->value_length) != value_crc);
    return 1;
}

static void print_hex(const uint8_t *bytes, uint32_t length) {
    for (uint32_t i = 0; i < length; i++) printf("%02x", bytes[i]);
}

int main(int argc, char **argv) {
    static struct entry entry;
    struct stat stat;
    int file = argc == 2 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0 || fstat(file, &stat)) return fail("usage: read_region FILE");
    region = mmap(0, (size_t)stat.st_size, PROT_READ, MAP_SHARED, file, 0);
    fill_crc_table();
    if (region == MAP_FAILED || check_header((uint64_t)stat.st_size)) return 1;
    uint64_t slots = u64(48), keyed = u64(64), state = live(4096);
    if (state >> 56 != 2) return fail("not serving");
    for (uint64_t slot = 0; slot < slots; slot++) {
        int damaged = 0;
        for (uint64_t tries = 1; !attempt(slot, keyed + 64 * slot, &entry, &damaged); tries++)
            if (tries % 1024 == 0 && !owner_lives()) { fail("the owner died inside a change"); return 2; }
        if (damaged) { fail("a slot does not validate"); return 2; }
        if (entry.kind < 2) continue;
        print_hex(entry.key, entry.key_length);
        putchar('\t');
        print_hex(entry.value, entry.value_length);
        putchar('\n');
    }
    return live(4096) == state ? 0 : fail("the region changed hands while it was read");
}
