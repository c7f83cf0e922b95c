/*
 * A client of Redis or memcached that never waits in the kernel: it sends a request and asks the socket again and again until the
 * whole answer is there. What it measures is the peer's best case from one client. Every value is compared with what was put.
 *
 *   peer_client redis|memcached unix:PATH|tcp:PORT ENTRIES VALUE_BYTES KEYS_A_REQUEST get|multi|pipeline CORE
 *
 * Led by words on standard input: "warm", "touch", "measure N" (N requests), "stop"; answers with the line that the benchmarks'
 * other clients give. Exit: 0 stopped, 1 the peer failed or answered wrongly, 2 wrong usage.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define KEY_BYTES 16
#define MAX_KEYS 64
#define MAX_VALUE 4096
#define BUFFER (MAX_KEYS * (MAX_VALUE + 128))
#define WARM_REQUESTS 20000
#define TOUCH_REQUESTS 1000

static int redis;
static int fd;
static long entries;
static int value_bytes;
static int keys_a_request;
static enum { GET, MULTI, PIPELINE } mode;
static uint32_t *order;
static char request[BUFFER];
static char reply[BUFFER];
static char expected[BUFFER];

static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("peer_client: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (uint64_t) now.tv_sec * 1000000000ull + (uint64_t) now.tv_nsec;
}

/* What a clock read costs, the least of many pairs; subtracted from every sample. */
static uint64_t clock_cost(void) {
    uint64_t cost = UINT64_MAX;
    for (int i = 0; i < 100000; i++) {
        uint64_t begin = now_ns();
        uint64_t pair = now_ns() - begin;
        cost = pair < cost ? pair : cost;
    }
    return cost;
}

static uint64_t mix(uint64_t x) {
    x ^= x >> 33; x *= 0xFF51AFD7ED558CCDull;
    x ^= x >> 33; x *= 0xC4CEB9FE1A85EC53ull;
    return x ^ (x >> 33);
}

static void key_of(long entry, char *key) {
    static const char digits[] = "0123456789abcdef";
    uint64_t bits = mix((uint64_t) entry + 1);
    for (int i = 0; i < KEY_BYTES; i++) {
        key[i] = digits[(bits >> (4 * i)) & 15];
    }
}

static void value_of(long entry, char *value) {
    uint64_t bits = mix(~(uint64_t) entry);
    for (int i = 0; i < value_bytes; i++) {
        value[i] = (char) ('!' + (bits >> (8 * (i & 7)) & 63));
    }
}

static void connect_to(const char *where) {
    if (strncmp(where, "unix:", 5) == 0) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        snprintf(address.sun_path, sizeof address.sun_path, "%s", where + 5);
        fd = socket(AF_UNIX, SOCK_STREAM, 0);
        if (fd < 0 || connect(fd, (struct sockaddr *) &address, sizeof address) != 0) {
            fail("cannot connect to %s: %s", where, strerror(errno));
        }
    } else {
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t) atoi(where + 4))};
        int on = 1;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0 || connect(fd, (struct sockaddr *) &address, sizeof address) != 0) {
            fail("cannot connect to %s: %s", where, strerror(errno));
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
}

static void send_all(const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            fail("send: %s", strerror(errno));
        }
        bytes += sent > 0 ? sent : 0;
        length -= sent > 0 ? (size_t) sent : 0;
    }
}

/* The whole answer has a length that is known before: there is nothing to parse while the clock runs. */
static void receive(size_t length) {
    size_t have = 0;
    while (have < length) {
        ssize_t got = recv(fd, reply + have, length - have, MSG_DONTWAIT);
        if (got > 0) {
            have += (size_t) got;
        } else if (got == 0) {
            fail("the peer closed the connection");
        } else if (errno != EAGAIN && errno != EINTR) {
            fail("recv: %s", strerror(errno));
        }
    }
}

static void put(long entry) {
    char key[KEY_BYTES + 1] = {0};
    static char value[MAX_VALUE];
    int length;
    key_of(entry, key);
    value_of(entry, value);
    if (redis) {
        length = sprintf(request, "*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n", KEY_BYTES, key, value_bytes);
    } else {
        length = sprintf(request, "set %s 0 0 %d\r\n", key, value_bytes);
    }
    memcpy(request + length, value, (size_t) value_bytes);
    memcpy(request + length + value_bytes, "\r\n", 2);
    send_all(request, (size_t) (length + value_bytes + 2));
    receive(redis ? 5 : 8);
    if (memcmp(reply, redis ? "+OK\r\n" : "STORED\r\n", redis ? 5 : 8) != 0) {
        fail("put was answered %.8s", reply);
    }
}

static size_t request_for(long cursor) {
    char key[KEY_BYTES + 1] = {0};
    size_t length = 0;
    if (mode == MULTI) {
        length += (size_t) (redis ? sprintf(request, "*%d\r\n$4\r\nMGET\r\n", keys_a_request + 1) : sprintf(request, "get"));
    }
    for (int i = 0; i < keys_a_request; i++) {
        key_of(order[(cursor + i) % entries], key);
        if (mode == MULTI) {
            length += (size_t) (redis ? sprintf(request + length, "$%d\r\n%s\r\n", KEY_BYTES, key) : sprintf(request + length, " %s", key));
        } else {
            length += (size_t) (redis ? sprintf(request + length, "*2\r\n$3\r\nGET\r\n$%d\r\n%s\r\n", KEY_BYTES, key)
                                      : sprintf(request + length, "get %s\r\n", key));
        }
    }
    if (mode == MULTI && !redis) {
        length += (size_t) sprintf(request + length, "\r\n");
    }
    return length;
}

static size_t answer_for(long cursor) {
    char key[KEY_BYTES + 1] = {0};
    size_t length = 0;
    if (mode == MULTI && redis) {
        length += (size_t) sprintf(expected, "*%d\r\n", keys_a_request);
    }
    for (int i = 0; i < keys_a_request; i++) {
        long entry = order[(cursor + i) % entries];
        key_of(entry, key);
        length += (size_t) (redis ? sprintf(expected + length, "$%d\r\n", value_bytes)
                                  : sprintf(expected + length, "VALUE %s 0 %d\r\n", key, value_bytes));
        value_of(entry, expected + length);
        length += (size_t) value_bytes;
        length += (size_t) sprintf(expected + length, "\r\n");
        if (!redis && mode != MULTI) {
            length += (size_t) sprintf(expected + length, "END\r\n");
        }
    }
    if (!redis && mode == MULTI) {
        length += (size_t) sprintf(expected + length, "END\r\n");
    }
    return length;
}

static int compare(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *) a;
    uint64_t y = *(const uint64_t *) b;
    return x < y ? -1 : x > y;
}

static void play(long requests, uint64_t cost, uint64_t *samples) {
    static long cursor;
    for (long i = 0; i < requests; i++) {
        size_t asks = request_for(cursor);
        size_t answers = answer_for(cursor);
        uint64_t begin = now_ns();
        send_all(request, asks);
        receive(answers);
        uint64_t took = now_ns() - begin;
        if (memcmp(reply, expected, answers) != 0) {
            fail("request %ld was answered wrongly", i);
        }
        samples[i] = took > cost ? took - cost : 0;
        cursor = (cursor + keys_a_request) % entries;
    }
}

static void measure(long requests, uint64_t cost) {
    uint64_t *samples = malloc(sizeof(uint64_t) * (size_t) requests);
    double sum = 0;
    if (samples == NULL) {
        fail("no memory for %ld samples", requests);
    }
    play(requests, cost, samples);
    for (long i = 0; i < requests; i++) {
        sum += (double) samples[i];
    }
    qsort(samples, (size_t) requests, sizeof(uint64_t), compare);
#define AT(quantile) ((unsigned long) samples[(long) ((quantile) * (double) (requests - 1))])
    printf("round {\"count\":%ld,\"mean\":%.1f,\"p50\":%lu,\"p90\":%lu,\"p99\":%lu,\"p99.9\":%lu,\"p99.99\":%lu,\"max\":%lu,"
           "\"allocatedPerOperation\":0,\"counterCostNs\":%lu}\n",
           requests, sum / (double) requests, AT(0.5), AT(0.9), AT(0.99), AT(0.999), AT(0.9999), AT(1.0),
           (unsigned long) cost);
    free(samples);
}

static void obey(uint64_t cost) {
    char word[64];
    static uint64_t ignored[WARM_REQUESTS];
    while (fgets(word, sizeof word, stdin) != NULL) {
        if (strncmp(word, "measure ", 8) == 0) {
            measure(atol(word + 8), cost);
        } else if (strncmp(word, "stop", 4) == 0) {
            return;
        } else {
            play(word[0] == 'w' ? WARM_REQUESTS : TOUCH_REQUESTS, cost, ignored);
            puts("warm");
        }
    }
}

static void shuffle(void) {
    uint64_t state = 1;
    order = malloc(sizeof(uint32_t) * (size_t) entries);
    for (long i = 0; i < entries; i++) {
        state = mix(state + (uint64_t) i);
        long j = (long) (state % (uint64_t) (i + 1));
        order[i] = order[j];
        order[j] = (uint32_t) i;
    }
}

int main(int count, char **arguments) {
    if (count != 8) {
        fputs("usage: peer_client redis|memcached unix:PATH|tcp:PORT ENTRIES VALUE_BYTES KEYS get|multi|pipeline CORE\n", stderr);
        return 2;
    }
    redis = strcmp(arguments[1], "redis") == 0;
    entries = atol(arguments[3]);
    value_bytes = atoi(arguments[4]);
    keys_a_request = atoi(arguments[5]);
    mode = arguments[6][0] == 'm' ? MULTI : arguments[6][0] == 'p' ? PIPELINE : GET;
    if (entries < 1 || value_bytes < 1 || value_bytes > MAX_VALUE || keys_a_request < 1 || keys_a_request > MAX_KEYS) {
        fputs("peer_client: entries, 1 to 4096 value bytes, 1 to 64 keys a request\n", stderr);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    connect_to(arguments[2]);
    shuffle();
    for (long i = 0; i < entries; i++) {
        put(i);
    }
    int core = atoi(arguments[7]);
    if (core >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(core, &set);
        sched_setaffinity(0, sizeof set, &set);
    }
    uint64_t cost = clock_cost();
    puts("connected");
    obey(cost);
    return 0;
}
