/*
 * Counts the instructions that a thread executes, one by one, where the processor's own counters are hidden: the thread is stopped
 * behind every instruction (ptrace), its process goes on. What the thread does is slowed a thousandfold: where it reads a
 * clock it sees time jump, and does what it else would do seldom.
 *
 *   count_instructions THREAD COUNTER BLOCKS [LISTING]
 *
 * THREAD is the number of a thread, COUNTER the address (hexadecimal) of a word that the thread changes once a block of work. From
 * one change on, BLOCKS blocks are counted. Prints "instructions N"; with LISTING writes a line an address: how often, the address,
 * the bytes there, so that a disassembler can name them. Exit: 0 counted, 1 the thread or its process went away, 2 wrong usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONGEST_INSTRUCTION 15
#define MAX_STEPS 50000000L
#define TABLE (1 << 20)
#define TRAP_FLAG 0x100

struct place {
    uint64_t address;
    uint64_t times;
};

static struct place table[TABLE];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void count(uint64_t address) {
    static long places;
    uint64_t at = (address * 0x9E3779B97F4A7C15ull) >> 44;
    while (table[at].times != 0 && table[at].address != address) {
        at = (at + 1) & (TABLE - 1);
    }
    if (table[at].times == 0 && ++places == TABLE) {
        fprintf(stderr, "more than %d addresses\n", TABLE - 1);
        exit(1); /* before the table is full: a search in a full one has no end */
    }
    table[at].address = address;
    table[at].times++;
}

static int by_address(const void *a, const void *b) {
    uint64_t left = ((const struct place *)a)->address, right = ((const struct place *)b)->address;
    return left < right ? -1 : left > right;
}

static void await_stop(pid_t thread, int *signal_to_pass) {
    int status;
    if (waitpid(thread, &status, __WALL) != thread || !WIFSTOPPED(status)) {
        fail("the thread ended");
    }
    int stopped_by = WSTOPSIG(status);
    *signal_to_pass = stopped_by == SIGTRAP || stopped_by == SIGSTOP ? 0 : stopped_by;
}

static uint64_t read_word(int memory, uint64_t address) {
    uint64_t word;
    if (pread(memory, &word, sizeof word, (off_t)address) != sizeof word) {
        fail("reading the counter");
    }
    return word;
}

/*
 * A stepped thread that saves its flags (pushf) saves that it is stepped, and when it takes them back (popf) the kernel believes that
 * it asked for that itself: left so, the first instruction behind the detaching would end its process with SIGTRAP.
 */
static void forget_stepping(pid_t thread, struct user_regs_struct *registers) {
    if ((registers->eflags & TRAP_FLAG) != 0) {
        registers->eflags &= ~(unsigned long long)TRAP_FLAG;
        ptrace(PTRACE_SETREGS, thread, NULL, registers);
    }
}

static void write_listing(const char *file, int memory) {
    FILE *out = fopen(file, "w");
    if (out == NULL) {
        fail(file);
    }
    qsort(table, TABLE, sizeof table[0], by_address);
    for (long i = 0; i < TABLE; i++) {
        if (table[i].times != 0) {
            uint8_t bytes[LONGEST_INSTRUCTION];
            ssize_t got = pread(memory, bytes, sizeof bytes, (off_t)table[i].address);
            fprintf(out, "%llu %llx ", (unsigned long long)table[i].times, (unsigned long long)table[i].address);
            for (ssize_t b = 0; b < got; b++) {
                fprintf(out, "%02x", bytes[b]);
            }
            fputc('\n', out);
        }
    }
    fclose(out);
}

int main(int argc, char **argv) {
    if (argc != 4 && argc != 5) {
        fprintf(stderr, "usage: count_instructions THREAD COUNTER BLOCKS [LISTING]\n");
        return 2;
    }
    pid_t thread = atoi(argv[1]);
    uint64_t counter = strtoull(argv[2], NULL, 16);
    uint64_t blocks = strtoull(argv[3], NULL, 10);
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", thread);
    int memory = open(path, O_RDONLY);
    if (memory < 0) {
        fail(path);
    }
    cpu_set_t cores; /* the two alternate: one core does for both, and whoever waits for the thread keeps the other */
    if (sched_getaffinity(thread, sizeof cores, &cores) == 0) {
        sched_setaffinity(0, sizeof cores, &cores);
    }
    if (ptrace(PTRACE_ATTACH, thread, NULL, NULL) != 0) {
        fail("attaching to the thread");
    }
    int pass = 0;
    await_stop(thread, &pass);
    uint64_t last = read_word(memory, counter), changes = 0, instructions = 0;
    for (long step = 0; step < MAX_STEPS; step++) {
        if (ptrace(PTRACE_SINGLESTEP, thread, NULL, (void *)(long)pass) != 0) {
            fail("stepping");
        }
        await_stop(thread, &pass);
        struct user_regs_struct registers;
        ptrace(PTRACE_GETREGS, thread, NULL, &registers);
        forget_stepping(thread, &registers);
        uint64_t now = read_word(memory, counter);
        if (changes != 0 && pass == 0) { /* where a signal stops the thread it has executed nothing */
            count(registers.rip);
            instructions++;
        }
        changes += now != last;
        last = now;
        if (changes > blocks) {
            if (argc == 5) {
                write_listing(argv[4], memory); /* while the thread is still stopped and its code where it was */
            }
            ptrace(PTRACE_DETACH, thread, NULL, (void *)(long)pass);
            printf("instructions %llu\n", (unsigned long long)instructions);
            return 0;
        }
    }
    ptrace(PTRACE_DETACH, thread, NULL, (void *)(long)pass);
    fprintf(stderr, "the counter stands still: %ld instructions\n", MAX_STEPS);
    return 1;
}
