/*
 * Kernels that Java cannot express: the time-stamp counter and the cache-line round trip between two cores.
 * Built by the launcher with -O3 and no -march, so that one library runs on every x86-64 and arm64 machine.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

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

static inline uint64_t raw_cycles(void) {
#if defined(__x86_64__)
    return __rdtsc();
#else
    return nt_cycles();
#endif
}

/* What one reading takes here, the least of many pairs: part of every time that is measured with two. */
uint64_t nt_raw_counter_cost(void) {
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < 100000; i++) {
        uint64_t begin = raw_cycles();
        uint64_t cycles = raw_cycles() - begin;
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
 * One line there and one back, `rounds` times, between cpu_a (the caller's thread, pinned for the duration) and cpu_b.
 * Neither side pauses: a PAUSE costs tens of cycles. histogram[c] counts the rounds of c cycles; the last bucket takes the longer ones. Returns 0 or an errno.
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
        uint64_t begin = raw_cycles();
        atomic_store_explicit(&rally.ping, i, memory_order_release);
        while (atomic_load_explicit(&rally.pong, memory_order_acquire) != i) {}
        uint64_t cycles = raw_cycles() - begin;
        histogram[cycles < buckets ? cycles : buckets - 1]++;
    }
    pthread_join(partner, 0);
    return pthread_setaffinity_np(pthread_self(), sizeof before, &before);
}
