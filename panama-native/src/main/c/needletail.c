/*
 * Kernels that Java cannot express: the time-stamp counter, prefetching, and round trips between two cores.
 * Built by the launcher with -O3 and no -march, so that one library runs on every x86-64 and arm64 machine.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <stddef.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <sys/resource.h>
#include <time.h>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

/* Fenced on both sides: nothing before it is still under way, nothing after it has begun. */
uint64_t nt_cycles(void) {
#if defined(__x86_64__)
    _mm_lfence();
    uint64_t cycles = __rdtsc();
    _mm_lfence();
    return cycles;
#elif defined(__aarch64__)
    uint64_t cycles;
    __asm__ volatile("isb; mrs %0, cntvct_el0; isb" : "=r"(cycles)::"memory");
    return cycles;
#else
#error "no cycle counter for this processor"
#endif
}

/* Asks for two cache lines that are about to be changed. Any number will do: a prefetch of what is not there does nothing. */
void nt_prefetch_for_write(int64_t first, int64_t second) {
    __builtin_prefetch((const void *) (uintptr_t) first, 1);
    __builtin_prefetch((const void *) (uintptr_t) second, 1);
}

/* Asks for the lines of so many slots, which lie a stride apart behind the first; a handle's low 32 bits say which. */
void nt_prefetch_slots(const int64_t *handles, int32_t count, int64_t first, int64_t stride) {
    for (int32_t i = 0; i < count; i++) {
        __builtin_prefetch((const void *) (uintptr_t) ((uint64_t) first + (uint32_t) handles[i] * (uint64_t) stride), 0);
    }
}

/* What one reading takes here, the least of many pairs: part of every time that is measured with two. */
uint64_t nt_counter_cost(void) {
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 100000; i++) {
        uint64_t begin = nt_cycles();
        uint64_t cycles = nt_cycles() - begin;
        least = cycles < least ? cycles : least;
    }
    return least;
}

/* What the kernel did to the calling thread since it began: involuntary switches, minor and major page faults. */
int nt_thread_usage(int64_t *usage) {
    struct rusage now;
    if (getrusage(RUSAGE_THREAD, &now)) return -1;
    usage[0] = now.ru_nivcsw;
    usage[1] = now.ru_minflt;
    usage[2] = now.ru_majflt;
    return 0;
}

struct rally {
    _Alignas(128) _Atomic uint64_t ping;
    _Alignas(128) _Atomic uint64_t pong;
    _Alignas(128) uint64_t rounds;
    int cpu;
};

static int pin(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

static void *answer(void *argument) {
    struct rally *rally = argument;
    pin(rally->cpu);
    for (uint64_t i = 1; i <= rally->rounds; i++) {
        while (atomic_load_explicit(&rally->ping, memory_order_acquire) != i) {}
        atomic_store_explicit(&rally->pong, i, memory_order_release);
    }
    return 0;
}

/*
 * One line there and one back, `rounds` times, between cpu_a (the caller's thread, pinned for the duration) and cpu_b. Neither
 * side pauses: a PAUSE costs tens of cycles. histogram[c] counts the rounds of c cycles; the last bucket takes the longer ones.
 * Returns 0 or an errno.
 */
int nt_cacheline_rally(int cpu_a, int cpu_b, uint64_t rounds, uint32_t *histogram, uint32_t buckets) {
    static struct rally rally;
    atomic_store(&rally.ping, 0);
    atomic_store(&rally.pong, 0);
    rally.rounds = rounds;
    rally.cpu = cpu_b;
    cpu_set_t before;
    int error = pthread_getaffinity_np(pthread_self(), sizeof before, &before);
    if (error) return error;
    pthread_t partner;
    error = pthread_create(&partner, 0, answer, &rally);
    if (error) return error;
    pin(cpu_a);
    for (uint64_t i = 1; i <= rounds; i++) {
        uint64_t begin = nt_cycles();
        atomic_store_explicit(&rally.ping, i, memory_order_release);
        while (atomic_load_explicit(&rally.pong, memory_order_acquire) != i) {}
        uint64_t cycles = nt_cycles() - begin;
        histogram[cycles < buckets ? cycles : buckets - 1]++;
    }
    pthread_join(partner, 0);
    return pthread_setaffinity_np(pthread_self(), sizeof before, &before);
}

#define WORDS_A_LINE 8
#define LINES_A_TERM 1024

/* Messages of whole lines one behind the other, round and round in as much memory as one of Aeron's terms has here. */
struct line_stream {
    _Alignas(128) _Atomic uint64_t words[LINES_A_TERM * WORDS_A_LINE];
};

struct lines_rally {
    struct line_stream requests;
    struct line_stream answers;
    uint64_t rounds;
    uint32_t request_lines;
    uint32_t answer_lines;
    int cpu;
};

static _Atomic uint64_t *message_at(struct line_stream *stream, uint64_t round, uint32_t lines) {
    return stream->words + round % (LINES_A_TERM / lines) * lines * WORDS_A_LINE;
}

/* Every word is the round's number, and the first is written last. */
static void put_lines(struct line_stream *stream, uint64_t round, uint32_t lines) {
    _Atomic uint64_t *message = message_at(stream, round, lines);
    for (uint32_t i = 1; i < lines * WORDS_A_LINE; i++) {
        atomic_store_explicit(message + i, round, memory_order_relaxed);
    }
    atomic_store_explicit(message, round, memory_order_release);
}

/* Waits for a round's message and reads all of it; how many of its words are not this round's. */
static uint64_t take_lines(struct line_stream *stream, uint64_t round, uint32_t lines) {
    _Atomic uint64_t *message = message_at(stream, round, lines);
    while (atomic_load_explicit(message, memory_order_acquire) != round) {}
    uint64_t others = 0;
    for (uint32_t i = 1; i < lines * WORDS_A_LINE; i++) {
        others += atomic_load_explicit(message + i, memory_order_relaxed) != round;
    }
    return others;
}

static void *answer_lines(void *argument) {
    struct lines_rally *rally = argument;
    pin(rally->cpu);
    for (uint64_t i = 1; i <= rally->rounds; i++) {
        take_lines(&rally->requests, i, rally->request_lines);
        put_lines(&rally->answers, i, rally->answer_lines);
    }
    return 0;
}

/* As nt_cacheline_rally, with so many lines there and so many back, all of them written and read. */
int nt_lines_rally(int cpu_a, int cpu_b, uint64_t rounds, uint32_t request_lines, uint32_t answer_lines_back, uint32_t *histogram,
        uint32_t buckets) {
    static struct lines_rally rally;
    if (request_lines < 1 || answer_lines_back < 1 || request_lines > LINES_A_TERM / 2 || answer_lines_back > LINES_A_TERM / 2) {
        return EMSGSIZE;
    }
    memset(&rally, 0, sizeof rally);
    rally.rounds = rounds;
    rally.request_lines = request_lines;
    rally.answer_lines = answer_lines_back;
    rally.cpu = cpu_b;
    cpu_set_t before;
    pthread_t partner;
    int error = pthread_getaffinity_np(pthread_self(), sizeof before, &before);
    if (!error) error = pthread_create(&partner, 0, answer_lines, &rally);
    if (error) return error;
    pin(cpu_a);
    uint64_t others = 0;
    for (uint64_t i = 1; i <= rounds; i++) {
        uint64_t begin = nt_cycles();
        put_lines(&rally.requests, i, request_lines);
        others += take_lines(&rally.answers, i, answer_lines_back);
        uint64_t cycles = nt_cycles() - begin;
        histogram[cycles < buckets ? cycles : buckets - 1]++;
    }
    pthread_join(partner, 0);
    error = pthread_setaffinity_np(pthread_self(), sizeof before, &before);
    return others ? EIO : error;
}

struct udp_rally {
    int socket;
    int cpu;
    uint64_t rounds;
    uint32_t request_bytes;
    uint32_t answer_bytes;
};

/* The next datagram, looked for without waiting; -1 when the other side has gone. */
static int udp_take(int socket, uint8_t *bytes, size_t length) {
    ssize_t got;
    do {
        got = recv(socket, bytes, length, MSG_DONTWAIT);
    } while (got < 0 && (errno == EAGAIN || errno == EINTR));
    return got < 0 ? -1 : 0;
}

static void *udp_answer(void *argument) {
    struct udp_rally *rally = argument;
    uint8_t bytes[2048] = {0};
    pin(rally->cpu);
    for (uint64_t i = 0; i < rally->rounds; i++) {
        if (udp_take(rally->socket, bytes, sizeof bytes) || send(rally->socket, bytes, rally->answer_bytes, 0) < 0) break;
    }
    return 0;
}

/* Two connected sockets on the loopback. */
static int udp_pair(int sockets[2]) {
    struct sockaddr_in address[2];
    for (int i = 0; i < 2; i++) {
        socklen_t length = sizeof address[i];
        sockets[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        memset(&address[i], 0, sizeof address[i]);
        address[i].sin_family = AF_INET;
        address[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (sockets[i] < 0 || bind(sockets[i], (struct sockaddr *)&address[i], length)
                || getsockname(sockets[i], (struct sockaddr *)&address[i], &length)) return errno;
    }
    for (int i = 0; i < 2; i++) {
        if (connect(sockets[i], (struct sockaddr *)&address[1 - i], sizeof address[i])) return errno;
    }
    return 0;
}

/*
 * One datagram there and one back over the loopback, as nt_cacheline_rally does it with a line: two threads that never wait in the
 * kernel. A datagram that is lost would be waited for without end; with one under way the loopback loses none.
 */
int nt_udp_rally(int cpu_a, int cpu_b, uint64_t rounds, uint32_t request_bytes, uint32_t answer_bytes, uint32_t *histogram,
        uint32_t buckets) {
    uint8_t bytes[2048] = {0};
    if (request_bytes > sizeof bytes || answer_bytes > sizeof bytes) return EMSGSIZE;
    int sockets[2] = {-1, -1};
    cpu_set_t before;
    pthread_t partner;
    int error = udp_pair(sockets);
    struct udp_rally rally = {sockets[1], cpu_b, rounds, request_bytes, answer_bytes};
    if (!error) error = pthread_getaffinity_np(pthread_self(), sizeof before, &before);
    if (!error) error = pthread_create(&partner, 0, udp_answer, &rally);
    if (!error) {
        pin(cpu_a);
        for (uint64_t i = 0; i < rounds && !error; i++) {
            uint64_t begin = nt_cycles();
            if (send(sockets[0], bytes, request_bytes, 0) < 0 || udp_take(sockets[0], bytes, sizeof bytes)) error = errno;
            uint64_t cycles = nt_cycles() - begin;
            histogram[cycles < buckets ? cycles : buckets - 1]++;
        }
        if (error) shutdown(sockets[1], SHUT_RDWR);
        pthread_join(partner, 0);
        pthread_setaffinity_np(pthread_self(), sizeof before, &before);
    }
    for (int i = 0; i < 2; i++) {
        if (sockets[i] >= 0) close(sockets[i]);
    }
    return error;
}

/* Sizes and offsets as this compiler lays them out; Java's layouts are compared with them. */
int nt_struct_layouts(int64_t *out) {
    int64_t layouts[] = {
        sizeof(struct rlimit), offsetof(struct rlimit, rlim_cur), offsetof(struct rlimit, rlim_max),
        sizeof(struct timespec), offsetof(struct timespec, tv_sec), offsetof(struct timespec, tv_nsec),
    };
    memcpy(out, layouts, sizeof layouts);
    return (int)(sizeof layouts / sizeof layouts[0]);
}

/* CRC32C, Castagnoli. One kernel a processor family, chosen when it runs: the library is built without -march. */
static uint32_t crc_table[256];

static void __attribute__((constructor)) fill_crc_table(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0x82F63B78u & (0u - (crc & 1u)));
        crc_table[i] = crc;
    }
}

static uint32_t crc_bytes(uint32_t crc, const uint8_t *bytes, uint32_t length) {
    for (uint32_t i = 0; i < length; i++) crc = crc >> 8 ^ crc_table[(crc ^ bytes[i]) & 0xFF];
    return crc;
}

static void batch_table(const uint8_t *memory, const int64_t *offsets, const int32_t *lengths, uint32_t *crcs, int count) {
    for (int i = 0; i < count; i++) crcs[i] = ~crc_bytes(~0u, memory + offsets[i], (uint32_t)lengths[i]);
}

#if defined(__x86_64__)
#define CRC_TARGET __attribute__((target("sse4.2")))
#define CRC_WORD(crc, word) ((uint32_t)__builtin_ia32_crc32di((crc), (word)))
#define CRC_BYTE(crc, byte) (__builtin_ia32_crc32qi((crc), (byte)))
static int has_crc(void) { return __builtin_cpu_supports("sse4.2"); }
#define CRC_KIND 1
#elif defined(__aarch64__)
#include <arm_acle.h>
#include <sys/auxv.h>
#define CRC_TARGET __attribute__((target("+crc")))
#define CRC_WORD(crc, word) __crc32cd((crc), (word))
#define CRC_BYTE(crc, byte) __crc32cb((crc), (byte))
static int has_crc(void) { return (getauxval(AT_HWCAP) & (1 << 7)) != 0; }
#define CRC_KIND 2
#endif

static inline uint64_t load(const uint8_t *at) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

CRC_TARGET static uint32_t crc_rest(uint32_t crc, const uint8_t *at, uint32_t length) {
    for (; length >= 8; length -= 8, at += 8) crc = CRC_WORD(crc, load(at));
    for (; length > 0; length--, at++) crc = CRC_BYTE(crc, *at);
    return ~crc;
}

/* Three pieces side by side as far as the shortest of them goes, then each one's rest. */
CRC_TARGET static void batch_crc(
        const uint8_t *memory, const int64_t *offsets, const int32_t *lengths, uint32_t *crcs, int count) {
    int i = 0;
    for (; i + 3 <= count; i += 3) {
        const uint8_t *a = memory + offsets[i], *b = memory + offsets[i + 1], *c = memory + offsets[i + 2];
        uint32_t common = (uint32_t)lengths[i];
        if ((uint32_t)lengths[i + 1] < common) common = (uint32_t)lengths[i + 1];
        if ((uint32_t)lengths[i + 2] < common) common = (uint32_t)lengths[i + 2];
        common &= ~7u;
        uint32_t x = ~0u, y = ~0u, z = ~0u;
        for (uint32_t at = 0; at < common; at += 8) {
            x = CRC_WORD(x, load(a + at));
            y = CRC_WORD(y, load(b + at));
            z = CRC_WORD(z, load(c + at));
        }
        crcs[i] = crc_rest(x, a + common, (uint32_t)lengths[i] - common);
        crcs[i + 1] = crc_rest(y, b + common, (uint32_t)lengths[i + 1] - common);
        crcs[i + 2] = crc_rest(z, c + common, (uint32_t)lengths[i + 2] - common);
    }
    for (; i < count; i++) crcs[i] = crc_rest(~0u, memory + offsets[i], (uint32_t)lengths[i]);
}

/* 1 the instruction of x86-64, 2 that of arm64, 0 the table. */
int nt_crc32c_kind(void) { return has_crc() ? CRC_KIND : 0; }

void nt_crc32c_batch(
        const uint8_t *memory, const int64_t *offsets, const int32_t *lengths, uint32_t *crcs, int count) {
    if (has_crc()) batch_crc(memory, offsets, lengths, crcs, count);
    else batch_table(memory, offsets, lengths, crcs, count);
}

/* The table's twin, for the test. */
void nt_crc32c_batch_table(
        const uint8_t *memory, const int64_t *offsets, const int32_t *lengths, uint32_t *crcs, int count) {
    batch_table(memory, offsets, lengths, crcs, count);
}

/*
 * Finds the slots of many keys of up to sixteen bytes at once, in stages, so that the waits for memory overlap: hash all and
 * ask for their first buckets; compare and ask for the slots; compare the keys. The same answers as the directory's own search,
 * one by one.
 */
#define MAX_KEYS 64
#define BUCKET_LANES 8
#define SLOT_LENGTH 64
#define KEY_META 40
#define KEY_WORDS 48

/* What a search looks in, as the registry lays it out in an array. */
struct nt_table {
    int64_t directory;
    int64_t buckets;
    int64_t slots;
    int64_t secret0;
    int64_t secret1;
};

static inline uint64_t fold(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128) a * b;
    return (uint64_t) (product >> 64) ^ (uint64_t) product;
}

static inline uint64_t key_hash(const struct nt_table *table, const uint64_t *words, uint32_t length) {
    uint64_t secret0 = (uint64_t) table->secret0, secret1 = (uint64_t) table->secret1;
    return fold(fold(words[0] ^ secret0, words[1] ^ secret1) ^ secret1 ^ length, 0xE7037ED1A0B428DBull);
}

static inline const uint64_t *bucket(const struct nt_table *table, uint64_t hash32) {
    return (const uint64_t *) (uintptr_t) table->directory + ((hash32 * (uint64_t) table->buckets) >> 32) * BUCKET_LANES;
}

static inline const uint8_t *slot_at(const struct nt_table *table, int64_t slot) {
    return (const uint8_t *) (uintptr_t) (table->slots + slot * SLOT_LENGTH);
}

static inline int has_key(const struct nt_table *table, int64_t slot, const uint64_t *words, uint32_t length) {
    const uint8_t *at = slot_at(table, slot);
    return ((load(at + KEY_META) >> 32) & 0xFFFF) == length
            && load(at + KEY_WORDS) == words[0]
            && load(at + KEY_WORDS + 8) == words[1];
}

/* As in Java's KeyHash: the hash's two halves, folded. */
static inline uint32_t fingerprint(uint64_t hash) {
    return (uint32_t) (hash ^ (hash >> 32));
}

/* The lanes of a bucket are pairs of 32-bit words, slot + 1 and fingerprint: bit 2 * lane + 1 is set where the fingerprint is
 * equal. */
#define FINGERPRINTS 0xAAAA

static inline uint32_t match_plain(const uint64_t *lanes, uint32_t wanted) {
    uint32_t matches = 0;
    for (int i = 0; i < BUCKET_LANES; i++) {
        matches |= (uint32_t) ((uint32_t) (lanes[i] >> 32) == wanted) << (2 * i + 1);
    }
    return matches;
}

/* The slot of the lowest match, -1 of an empty lane. */
static inline int64_t slot_of(const uint64_t *lanes, uint32_t matches) {
    return (int64_t) ((const uint32_t *) lanes)[__builtin_ctz(matches) - 1] - 1;
}

#if defined(__x86_64__)
#include <immintrin.h>
#define WIDE_TARGET __attribute__((target("avx2,bmi,bmi2")))
#define WIDEST_TARGET __attribute__((target("avx512f,avx2,bmi,bmi2")))
static int has_wide(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2"); }
static int has_widest(void) { return has_wide() && __builtin_cpu_supports("avx512f"); }

WIDE_TARGET static inline uint32_t match_wide(const uint64_t *lanes, uint32_t wanted) {
    __m256i all = _mm256_set1_epi32((int32_t) wanted);
    __m256i low = _mm256_cmpeq_epi32(_mm256_loadu_si256((const __m256i *) lanes), all);
    __m256i high = _mm256_cmpeq_epi32(_mm256_loadu_si256((const __m256i *) (lanes + 4)), all);
    uint32_t first = (uint32_t) _mm256_movemask_ps(_mm256_castsi256_ps(low));
    uint32_t second = (uint32_t) _mm256_movemask_ps(_mm256_castsi256_ps(high));
    return (first | second << 8) & FINGERPRINTS;
}

WIDEST_TARGET static inline uint32_t match_widest(const uint64_t *lanes, uint32_t wanted) {
    __m512i all = _mm512_set1_epi32((int32_t) wanted);
    return _mm512_cmpeq_epi32_mask(_mm512_loadu_si512(lanes), all) & FINGERPRINTS;
}
#endif

#define FIND_KEYS(NAME, TARGET, MATCH) \
    TARGET static int64_t NAME##_in(const struct nt_table *table, const uint64_t *lanes, uint32_t matches, \
            const uint64_t *words, uint32_t length) { \
        for (; matches != 0; matches &= matches - 1) { \
            int64_t slot = slot_of(lanes, matches); \
            if (slot >= 0 && has_key(table, slot, words, length)) return slot; \
        } \
        return -1; \
    } \
    TARGET static int64_t NAME##_slowly(const struct nt_table *table, const uint64_t *lanes, uint32_t matches, uint64_t hash, \
            const uint64_t *words, uint32_t length) { \
        int64_t slot = NAME##_in(table, lanes, matches, words, length); \
        if (slot >= 0) return slot; \
        const uint64_t *second = bucket(table, hash & 0xFFFFFFFFu); \
        return NAME##_in(table, second, MATCH(second, fingerprint(hash)), words, length); \
    } \
    TARGET static void NAME(const struct nt_table *given, const uint64_t *words, const int32_t *lengths, int32_t count, \
            int64_t *hashes, int64_t *slots) { \
        const struct nt_table table = *given; /* nothing that is stored below can change it */ \
        const uint64_t *buckets[MAX_KEYS]; \
        uint32_t matches[MAX_KEYS]; \
        for (int32_t i = 0; i < count; i++) { \
            uint64_t hash = key_hash(&table, words + 2 * i, (uint32_t) lengths[i]); \
            hashes[i] = (int64_t) hash; \
            buckets[i] = bucket(&table, hash >> 32); \
            __builtin_prefetch(buckets[i]); \
        } \
        for (int32_t i = 0; i < count; i++) { \
            matches[i] = MATCH(buckets[i], fingerprint((uint64_t) hashes[i])); \
            if (__builtin_expect(matches[i] != 0, 1)) { \
                slots[i] = slot_of(buckets[i], matches[i]); \
                __builtin_prefetch(slot_at(&table, slots[i])); \
            } else { \
                slots[i] = -1; \
                __builtin_prefetch(bucket(&table, (uint64_t) hashes[i] & 0xFFFFFFFFu)); \
            } \
        } \
        for (int32_t i = 0; i < count; i++) { \
            const uint64_t *key = words + 2 * i; \
            uint32_t length = (uint32_t) lengths[i]; \
            if (slots[i] < 0 || !has_key(&table, slots[i], key, length)) { \
                slots[i] = NAME##_slowly(&table, buckets[i], matches[i], (uint64_t) hashes[i], key, length); \
            } \
        } \
    }

FIND_KEYS(find_plain, , match_plain)
#if defined(__x86_64__)
FIND_KEYS(find_wide, WIDE_TARGET, match_wide)
FIND_KEYS(find_widest, WIDEST_TARGET, match_widest)
#endif

/* Up to 64 keys, two words each, zero beyond their lengths; slots of -1 were not found. */
void nt_find_keys(const struct nt_table *table, const uint64_t *words, const int32_t *lengths, int32_t count,
        int64_t *hashes, int64_t *slots) {
#if defined(__x86_64__)
    if (has_widest()) {
        find_widest(table, words, lengths, count, hashes, slots);
        return;
    }
    if (has_wide()) {
        find_wide(table, words, lengths, count, hashes, slots);
        return;
    }
#endif
    find_plain(table, words, lengths, count, hashes, slots);
}

/* Vectors of 256 bits where there are any, for the test. */
void nt_find_keys_narrow(const struct nt_table *table, const uint64_t *words, const int32_t *lengths, int32_t count,
        int64_t *hashes, int64_t *slots) {
#if defined(__x86_64__)
    if (has_wide()) {
        find_wide(table, words, lengths, count, hashes, slots);
        return;
    }
#endif
    find_plain(table, words, lengths, count, hashes, slots);
}

/* The twin without vectors, for the test. */
void nt_find_keys_plain(const struct nt_table *table, const uint64_t *words, const int32_t *lengths, int32_t count,
        int64_t *hashes, int64_t *slots) {
    find_plain(table, words, lengths, count, hashes, slots);
}

/*
 * Writing cache lines back to the medium they belong to. One way a processor family, the best it has: CLWB keeps the line,
 * CLFLUSHOPT gives it up, CLFLUSH also waits for the one before. On arm64 DC CVAP is to the point of persistence.
 */
enum write_back { NO_WRITE_BACK, WITH_CLWB, WITH_CLFLUSHOPT, WITH_CLFLUSH, WITH_DC_CVAP };

#define LINE 64

#if defined(__x86_64__)
#include <cpuid.h>

static enum write_back best_write_back(void) {
    unsigned int eax, ebx = 0, ecx, edx;
    if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) return WITH_CLFLUSH;
    if (ebx & (1u << 24)) return WITH_CLWB;
    return ebx & (1u << 23) ? WITH_CLFLUSHOPT : WITH_CLFLUSH;
}

static int has_write_back(enum write_back kind) {
    enum write_back best = best_write_back();
    return kind == WITH_CLFLUSH || (kind != NO_WRITE_BACK && kind <= WITH_CLFLUSH && kind >= best);
}

__attribute__((target("clwb"))) static void clwb(uintptr_t at, uintptr_t end) {
    for (; at < end; at += LINE) _mm_clwb((void *) at);
}

__attribute__((target("clflushopt"))) static void clflushopt(uintptr_t at, uintptr_t end) {
    for (; at < end; at += LINE) _mm_clflushopt((void *) at);
}

static void write_back(uintptr_t at, uintptr_t end, enum write_back kind) {
    switch (kind) {
    case WITH_CLWB: clwb(at, end); break;
    case WITH_CLFLUSHOPT: clflushopt(at, end); break;
    default:
        for (; at < end; at += LINE) _mm_clflush((const void *) at);
    }
}

static void write_back_fence(void) { _mm_sfence(); }
#elif defined(__aarch64__)
#include <sys/auxv.h>

static enum write_back best_write_back(void) {
    return getauxval(AT_HWCAP) & (1ul << 16) ? WITH_DC_CVAP : NO_WRITE_BACK; /* HWCAP_DCPOP */
}

static int has_write_back(enum write_back kind) { return kind == WITH_DC_CVAP && best_write_back() == kind; }

static void write_back(uintptr_t at, uintptr_t end, enum write_back kind) {
    (void) kind;
    for (; at < end; at += LINE) __asm__ volatile("sys #3, c7, c12, #1, %0" ::"r"(at) : "memory");
}

static void write_back_fence(void) { __asm__ volatile("dsb sy" ::: "memory"); }
#else
static enum write_back best_write_back(void) { return NO_WRITE_BACK; }
static int has_write_back(enum write_back kind) { (void) kind; return 0; }
static void write_back(uintptr_t at, uintptr_t end, enum write_back kind) { (void) at; (void) end; (void) kind; }
static void write_back_fence(void) {}
#endif

/* The best way that this processor has; 0 without any. */
int nt_write_back_kind(void) { return best_write_back(); }

/* Whether it has this one. */
int nt_has_write_back(int kind) { return has_write_back(kind); }

/* Begins to write the lines back that a range touches. The kind is one that the processor has. */
void nt_write_back(int64_t address, int64_t length, int kind) {
    uintptr_t begin = (uintptr_t) address & ~(uintptr_t) (LINE - 1);
    write_back(begin, (uintptr_t) address + (uintptr_t) length, kind);
}

/* Returns when every line whose writing back was begun by this thread has been accepted by the medium. */
void nt_write_back_fence(void) { write_back_fence(); }
